using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>Prompt-based tuning from the command line.</summary>
[TestClass]
public sealed class TemplateCommandTests
{
    private const string Template = "{text} It is about {mask}.";

    [TestMethod]
    public async Task A_model_with_a_template_is_trained_shown_judged_and_exported()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(6));
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--save", model, "--template", Template, "--verbalizer",
            "tool=tools|work,animal=animals");
        JsonElement shown = (await Tool.Succeed("info", model, "--json")).Json.GetProperty("models")[0].GetProperty("template");
        Assert.AreEqual(Template, shown.GetProperty("text").GetString());
        StringAssert.Contains((await Tool.Succeed("info", model)).Output, "tool = tools|work", StringComparison.Ordinal);
        await Tool.Succeed("evaluate", "--model", model, "--data", rows);
        await Tool.Succeed("predict", "--model", model, "--data", rows, "--output", folder.At("predictions.tsv"));
        await Tool.Succeed("export", model, "--out", folder.At("onnx"));
        StringAssert.Contains(
            await File.ReadAllTextAsync(folder.At("onnx/config.json"), CancellationToken.None), Template, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--template|{text} is it.", "has no {mask}")]
    [DataRow("--verbalizer|a=b", "--verbalizer needs --template")]
    [DataRow("--demonstrations|1", "--demonstrations needs --template")]
    [DataRow("--template|{text} {mask}|--verbalizer|great", "--verbalizer has 'great'; expected a class and its word")]
    [DataRow("--template|{text} {mask}|--verbalizer|a=x,b=x", "stands for the classes")]
    [DataRow("--template|{text} {mask}|--task|regression", "--template is 'set'; expected none for regression")]
    [DataRow("--template|{text} {mask}|--demonstrations|99", "--demonstrations is 99; expected")]
    public async Task What_cannot_be_is_said_before_a_file_is_read(string options, string message)
    {
        Said said = await Tool.Run(["train", "--train", "nowhere.tsv", .. options.Split('|')]);
        Assert.AreEqual(2, said.Code, said.Error);
        StringAssert.Contains(said.Error.Replace("'99'", "99", StringComparison.Ordinal), message, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("tool=tools", "--verbalizer has no word for 'animal'; the classes are")]
    [DataRow("tool=tools,animal=animals,plant=plants", "--verbalizer names 'plant'; the classes are")]
    public async Task Words_that_do_not_fit_the_classes_of_the_file_are_told(string words, string message)
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(6));
        Said said = await Tool.Run(
            "train", "--train", rows, "--save", folder.At("model.zip"), "--template", Template, "--verbalizer", words);
        Assert.AreNotEqual(0, said.Code);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Words_of_a_binary_model_go_by_the_names_in_the_file()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(6));
        string[] train = ["train", "--train", rows, "--task", "binary", "--positive", "tool", "--epochs", "1", "--save",
            folder.At("model.zip"), "--template", Template];
        await Tool.Succeed([.. train, "--verbalizer", "tool=tools,animal=animals"]);
        Said refused = await Tool.Run([.. train, "--verbalizer", "tool=tools"]);
        StringAssert.Contains(refused.Error, "has no word for 'animal'", StringComparison.Ordinal);
    }
}
