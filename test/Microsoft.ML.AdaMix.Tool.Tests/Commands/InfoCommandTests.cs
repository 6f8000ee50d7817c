using System.IO.Compression;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>One training on files with columns of other names: what the model keeps of it, and what other commands do with that.</summary>
[TestClass]
public sealed class InfoCommandTests
{
    private static readonly TemporaryFolder Folder = new();
    private static string _rows = "";
    private static string _model = "";
    private static string _mixture = "";
    private static string _delta = "";

    [ClassInitialize]
    public static async Task Train(TestContext context)
    {
        _rows = Folder.Write("rows.csv", Csv("kind", "body"));
        _model = Folder.At("model.zip");
        _mixture = Folder.At("mixture.safetensors");
        _delta = Folder.At("delta.zip");
        await Tool.Succeed("train", "--train", _rows, "--label", "kind", "--text", "body", "--epochs", "2", "--seed", "7", "--validation",
            "0.25", "--bottleneck", "4", "--save", _model, "--save-mixture", _mixture);
        MLContext ml = new();
        ITransformer model = ml.Model.Load(_model, out DataViewSchema schema);
        ml.Model.SaveDelta(model, schema, _delta);
    }

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    [DataRow("model")]
    [DataRow("delta")]
    [DataRow("mixture")]
    public async Task Every_kind_of_file_says_how_it_was_trained(string kind)
    {
        JsonElement info = (await Tool.Succeed("info", PathOf(kind), "--json")).Json;
        Assert.AreEqual("info", info.GetProperty("command").GetString());
        JsonElement model = info.GetProperty("models")[0];
        Assert.AreEqual(kind, model.GetProperty("kind").GetString());
        Assert.AreEqual("multiclass", model.GetProperty("task").GetString());
        CollectionAssert.AreEqual(
            new[] { "animal", "tool" }, model.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).ToArray());
        Assert.AreEqual(new AdaMixOptions().Method.Name, model.GetProperty("method").GetString());
        JsonElement encoder = model.GetProperty("encoder");
        Assert.AreEqual("roberta-mini", encoder.GetProperty("name").GetString());
        Assert.AreEqual(PretrainedEncoder.RobertaMini.ComputeSha256(), encoder.GetProperty("sha256").GetString());

        JsonElement training = model.GetProperty("training");
        Assert.AreEqual("0.1.0", training.GetProperty("version").GetString());
        Assert.AreEqual(7, training.GetProperty("seed").GetInt32());
        Assert.AreEqual(12, training.GetProperty("rows").GetInt32());
        Assert.AreEqual(4, training.GetProperty("validationRows").GetInt32());
        Assert.AreEqual("accuracy", training.GetProperty("validationMetricName").GetString());
        Assert.AreEqual(4, training.GetProperty("options").GetProperty("method").GetProperty("bottleneck").GetInt32());
        Assert.AreEqual("kind", training.GetProperty("notes").GetProperty("label").GetString());
        Assert.AreEqual("body", training.GetProperty("notes").GetProperty("text").GetString());
        Assert.AreEqual("multiclass", training.GetProperty("notes").GetProperty("task").GetString());
        StringAssert.EndsWith(training.GetProperty("date").GetString(), "Z", StringComparison.Ordinal);
        Assert.AreEqual(encoder.GetProperty("sha256").GetString(), training.GetProperty("encoder").GetProperty("sha256").GetString());
    }

    [TestMethod]
    [DataRow("model", "model with its encoder")]
    [DataRow("delta", "delta file, without its encoder")]
    [DataRow("mixture", "mixture file, experts unmerged")]
    public async Task People_read_the_same_as_a_table(string kind, string named)
    {
        string table = (await Tool.Succeed("info", PathOf(kind))).Output;
        foreach (string part in (string[])[
            named, "multiclass, 2: animal, tool", "roberta-mini (Roberta, 6 layers", "seed 7", "12 rows, 4 for validation", "noted label",
            "'kind'", "'body'", "option epochs", "accuracy"])
        {
            StringAssert.Contains(table, part, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public async Task A_model_within_a_pipeline_is_found_with_its_place()
    {
        JsonElement model = (await Tool.Succeed("info", _model, "--json")).Json.GetProperty("models")[0];
        StringAssert.Contains(model.GetProperty("place").GetString(), "Transform_001", StringComparison.Ordinal);
        StringAssert.Matches(model.GetProperty("format").GetString(), new("^0x0001000[0-9]$"));
    }

    [TestMethod]
    public async Task Evaluate_and_predict_take_the_columns_from_the_model()
    {
        Said judged = await Tool.Succeed("evaluate", "--model", _model, "--data", _rows, "--json");
        Assert.IsFalse(judged.Error.Contains("Warning", StringComparison.Ordinal), judged.Error);
        Said told = await Tool.Succeed(
            "evaluate", "--model", _model, "--data", _rows, "--label", "kind", "--text", "body", "--json");
        Assert.AreEqual(told.Json.GetProperty("metrics").ToString(), judged.Json.GetProperty("metrics").ToString());

        string unlabelled = Folder.Write("unlabelled.csv", "id,body\n1,a small bird\n2,a large hammer\n");
        Said predicted = await Tool.Succeed("predict", "--model", _model, "--data", unlabelled);
        Assert.HasCount(3, predicted.Lines);
        Assert.AreEqual("", predicted.Error);
    }

    [TestMethod]
    public async Task A_file_with_columns_of_the_usual_names_is_read_with_a_warning()
    {
        string usual = Folder.Write("usual.csv", Csv("label", "text"));
        Said judged = await Tool.Succeed("evaluate", "--model", _model, "--data", usual, "--json");
        StringAssert.Contains(
            judged.Error, "has no column 'body', with which the model was trained; 'text' is read instead. Name another one with --text.",
            StringComparison.Ordinal);
        StringAssert.Contains(judged.Error, "has no column 'kind'", StringComparison.Ordinal);
        Said predicted = await Tool.Succeed("predict", "--model", _model, "--data", usual);
        StringAssert.Contains(predicted.Error, "'text' is read instead", StringComparison.Ordinal);
        Said told = await Tool.Succeed("evaluate", "--model", _model, "--data", usual, "--label", "label", "--text", "text", "--json");
        Assert.IsFalse(told.Error.Contains("Warning", StringComparison.Ordinal), told.Error);
        Assert.AreEqual(told.Json.GetProperty("metrics").ToString(), judged.Json.GetProperty("metrics").ToString());
    }

    [TestMethod]
    public async Task A_file_that_has_both_is_read_as_the_model_was_trained()
    {
        string both = Folder.Write("both.csv", "text,kind,body\n" + string.Concat(
            Texts.Rows(8).Select(row => $"something else,{row.Label},{row.Text}\n")));
        Said predicted = await Tool.Succeed("predict", "--model", _model, "--data", both);
        string plain = Folder.Write("plain.csv", "body\n" + string.Concat(Texts.Rows(8).Select(row => $"{row.Text}\n")));
        Said expected = await Tool.Succeed("predict", "--model", _model, "--data", plain);
        CollectionAssert.AreEqual(
            expected.Lines.Skip(1).Select(line => line.Split(',')[^1]).ToArray(),
            predicted.Lines.Skip(1).Select(line => line.Split(',')[^1]).ToArray());
    }

    [TestMethod]
    public async Task A_file_that_has_neither_is_refused_with_the_name_that_the_model_knows()
    {
        string other = Folder.Write("other.csv", Csv("kind", "comment"));
        Said refused = await Tool.Run("evaluate", "--model", _model, "--data", other);
        Assert.AreEqual(1, refused.Code);
        StringAssert.Contains(
            refused.Error, "has no column 'body', with which the model was trained; its columns are 'kind', 'comment'.",
            StringComparison.Ordinal);
        StringAssert.Contains(refused.Error, "--text", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Lines_of_text_have_no_columns_to_be_warned_of()
    {
        Said predicted = await Tool.Succeed("predict", "--model", _model, "--data", Folder.Write("lines.txt", "a bird\na hammer\n"));
        Assert.AreEqual("", predicted.Error);
        Assert.HasCount(2, predicted.Lines);
    }

    [TestMethod]
    public async Task What_is_no_file_of_AdaMix_is_refused_by_name()
    {
        string text = Folder.Write("text.zip", "no model");
        string zip = Folder.At("empty.zip");
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            archive.CreateEntry("Version.txt");
        }

        string cut = Folder.At("cut.zip");
        byte[] bytes = await File.ReadAllBytesAsync(_model);
        await File.WriteAllBytesAsync(cut, bytes[..(bytes.Length / 2)]);
        string tensors = Folder.At("cut.safetensors");
        await File.WriteAllBytesAsync(tensors, (await File.ReadAllBytesAsync(_mixture))[..1000]);
        string empty = Folder.Write("nothing.zip", "");
        foreach ((string path, string named) in ((string, string)[])[
            (Folder.At("nowhere.zip"), "was not found"), (Folder.Path, "is a folder"), (text, "text.zip"), (zip, "has no AdaMix model"),
            (cut, "cut.zip"), (tensors, "cut.safetensors"), (empty, "is empty")])
        {
            Said refused = await Tool.Run("info", path);
            Assert.AreEqual(1, refused.Code, path);
            StringAssert.Contains(refused.Error, named, StringComparison.Ordinal);
        }
    }

    private static string PathOf(string kind) => kind switch { "model" => _model, "delta" => _delta, _ => _mixture };

    private static string Csv(string label, string text) => string.Concat(
        Texts.Rows(16).Select(row => $"{row.Label},{row.Text}\n").Prepend($"{label},{text}\n"));
}
