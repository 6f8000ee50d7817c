using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class ExportCommandTests
{
    [TestMethod]
    public async Task A_trained_model_is_exported_and_a_folder_that_is_there_is_replaced_only_by_force()
    {
        using TemporaryFolder folder = new();
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", folder.Write("train.tsv", Texts.Tsv(8)), "--epochs", "1", "--save", model);
        string target = folder.At("onnx");

        Said exported = await Tool.Succeed("export", model, "--out", target, "--json");
        Assert.HasCount(1, exported.Lines);
        string[] files = [.. exported.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!)];
        CollectionAssert.AreEquivalent(
            Directory.GetFiles(target, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(target, file).Replace('\\', '/')).ToArray(),
            files);
        CollectionAssert.IsSubsetOf(
            new[] { "onnx/model.onnx", "config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt" }, files);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(target, "config.json")));
        Assert.AreEqual("animal", config.RootElement.GetProperty("id2label").GetProperty("0").GetString());

        Said refused = await Tool.Run("export", model, "--out", target);
        Assert.AreEqual(1, refused.Code);
        StringAssert.Contains(refused.Error, "--force", StringComparison.Ordinal);
        await Tool.Succeed("export", model, "--out", target, "--force", "--serving", "int8");
        Assert.IsTrue(File.Exists(Path.Combine(target, "onnx", "model_quantized.onnx")));
        folder.Write("onnx/notes.txt", "mine");
        Assert.AreEqual(1, (await Tool.Run("export", model, "--out", target, "--force")).Code);
        Assert.IsTrue(File.Exists(folder.At("onnx/notes.txt")));
    }

    [TestMethod]
    public async Task A_model_saved_without_its_encoder_is_small_and_is_judged_and_exported_as_the_whole_one()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("train.tsv", Texts.Tsv(8));
        string whole = folder.At("whole.zip");
        string task = folder.At("task.zip");
        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--save", whole);
        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--save", task, "--without-encoder");
        Assert.IsLessThan(new FileInfo(whole).Length / 20, new FileInfo(task).Length);

        double Accuracy(Said said) => said.Json.GetProperty("metrics").GetProperty("accuracy").GetDouble();
        Said judged = await Tool.Succeed("evaluate", "--model", task, "--data", rows, "--json");
        Assert.AreEqual(Accuracy(await Tool.Succeed("evaluate", "--model", whole, "--data", rows, "--json")), Accuracy(judged));
        await Tool.Succeed("export", task, "--out", folder.At("onnx"));

        judged = await Tool.Succeed("evaluate", "--model", whole, "--encoder", "roberta-mini", "--separator", ";", "--data", rows);
        StringAssert.Contains(
            judged.Error, "Warning: The encoder 'roberta-mini' that was given is not used: the file has no model without an encoder of",
            StringComparison.Ordinal);
        StringAssert.Contains(judged.Error, "Warning: --separator has no effect", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_delta_file_on_an_encoder_in_a_folder_asks_for_that_folder()
    {
        using TemporaryFolder folder = new();
        string encoder = folder.At("encoder");
        Directory.CreateDirectory(encoder);
        foreach (string file in Directory.GetFiles(
            Path.Combine(Testing.Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content")))
        {
            File.Copy(file, Path.Combine(encoder, Path.GetFileName(file)));
        }

        string config = folder.Write("encoder/tokenizer_config.json",
            File.ReadAllText(folder.At("encoder/tokenizer_config.json")) + "\n"); // another hash than the embedded encoder's
        Assert.IsTrue(File.Exists(config));
        string rows = folder.Write("train.tsv", Texts.Tsv(8));
        string task = folder.At("task.zip");
        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--encoder", encoder, "--save", task, "--without-encoder");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Said refused = await Tool.Run("evaluate", "--model", task, "--data", rows);
        Assert.AreEqual(1, refused.Code, refused.Output);
        StringAssert.Contains(refused.Error, $"'{encoder}'", StringComparison.Ordinal);
        StringAssert.Contains(refused.Error, "--encoder", StringComparison.Ordinal);
        await Tool.Succeed("evaluate", "--model", task, "--encoder", encoder, "--data", rows);
        refused = await Tool.Run("evaluate", "--model", task, "--encoder", "roberta-mini", "--data", rows);
        StringAssert.Contains(refused.Error, "another tokenizer", StringComparison.Ordinal);
    }
}
