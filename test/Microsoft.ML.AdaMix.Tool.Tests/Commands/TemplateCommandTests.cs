using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Commands;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Tasks;

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
    [DataRow("--template|{text} {mask}|--task|regression", "--template is '{text} {mask}'; expected none for regression")]
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
    [DataRow("Tool=tools,animal=animals", "Case counts: write tool.")]
    [DataRow("tool=tools;animal=animals", "have a comma between them")]
    public async Task Words_that_do_not_fit_the_classes_of_the_file_are_told(string words, string message)
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(6));
        Said said = await Tool.Run(
            "train", "--train", rows, "--save", folder.At("model.zip"), "--template", Template, "--verbalizer", words);
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Words_of_a_class_with_a_comma_stand_in_a_file()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("words.json", """{"yes, it is": ["good", "fine"], "no": "bad"}""");
        Verbalizers words = VerbalizerSettings.Parse(null, file, new MulticlassTask(["no", "yes, it is"]));
        Assert.AreEqual("good|fine", words.Given!["yes, it is"]);
        StringAssert.Contains(
            Assert.ThrowsExactly<UsageException>(() => VerbalizerSettings.Parse("yes, it is=good,no=bad", null)).Message,
            "a file has the words: --verbalizers", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("True,False", "true=good,false=bad")]
    [DataRow("TRUE,true,false,False", "True=good,False=bad")]
    [DataRow("1.0,0", "1=good,0=bad")]
    public void Letters_do_not_count_in_labels_that_are_yes_and_no(string labels, string words)
    {
        TextRows rows = new("rows", [.. labels.Split(',').Select(label => new TextRow(label, "text", "", 1, 1))], false, false);
        BinaryTask task = BinaryTask.From(rows, null);
        Assert.IsTrue(rows.Rows.Select(task.LabelReader(rows)).All(row => task.Check(row) is null));
        Verbalizers read = VerbalizerSettings.Parse(words, null, task);
        Assert.AreEqual("good", read.Given!["true"]);
        Assert.AreEqual("bad", read.Given!["false"]);
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
