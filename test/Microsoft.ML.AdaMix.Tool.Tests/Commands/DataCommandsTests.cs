using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Data;
using Parquet.Serialization;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

/// <summary>What commands make of files as people have them.</summary>
[TestClass]
public sealed class DataCommandsTests
{
    [TestMethod]
    public async Task Swapped_columns_are_refused_before_a_model_is_overwritten()
    {
        using TemporaryFolder folder = new();
        string model = folder.Write("model.zip", "an earlier model");
        string[] train = ["train", "--train", folder.Write("rows.tsv", Texts.Tsv(20)), "--label", "text", "--text", "label", "--epochs",
            "1", "--save", model];
        Said refused = await Tool.Run(train);
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("--trust-labels", refused.Error);
        Assert.AreEqual("an earlier model", File.ReadAllText(model));
        Said trusted = await Tool.Succeed([.. train, "--trust-labels"]);
        Assert.Contains("Warning: ", trusted.Error);
    }

    [TestMethod]
    public async Task A_study_refuses_swapped_columns_too()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 8);
        Said refused = await Tool.Run(
            "compare", "--data", data, "--label", "text", "--text", "label", "--out", folder.At("out"), "--epochs", "1");
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("look like texts", refused.Error);
        Assert.IsFalse(Directory.Exists(folder.At("out")));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task Rows_of_a_sorted_file_are_drawn_from_all_classes()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write(
            "rows.tsv",
            string.Concat(Texts.Rows(40).OrderBy(row => row.Label).Select(row => $"{row.Label}\t{row.Text}\n").Prepend("label\ttext\n")));
        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--rows", "10", "--test", rows, "--epochs", "1", "--save", folder.At("model.zip"), "--json");
        Assert.AreEqual(10, trained.Json.GetProperty("rows").GetInt32());
        Assert.AreEqual(40, trained.Json.GetProperty("testRows").GetInt32()); // both classes are known
    }

    [TestMethod]
    public async Task A_file_in_another_encoding_with_another_delimiter_and_broken_rows_is_trained_judged_and_predicted_on()
    {
        using TemporaryFolder folder = new();
        string rows = folder.At("rows.csv");
        string[] lines = [" Größe ;;;body",
            .. Texts.Rows(16).Select(row => $" {(row.Label == "tool" ? "Müll" : "Mull")} ;x;y;{row.Text}"), "broken", "Müll;x;y;\"open"];
        await File.WriteAllBytesAsync(rows, TextEncodings.Find("windows-1252")!.GetBytes(string.Join("\r\n", lines)));
        string model = folder.At("model.zip");
        string[] columns = ["--label", "Größe", "--text", "body"];

        Said refused = await Tool.Run(["train", "--train", rows, .. columns, "--save", model]);
        Assert.Contains("line 1: byte 4 of the line", refused.Error);
        string[] encoding = ["--encoding", "windows-1252"];
        refused = await Tool.Run(["train", "--train", rows, .. columns, .. encoding, "--save", model]);
        Assert.Contains("--delimiter semicolon", refused.Error);
        string[] reading = [.. encoding, "--delimiter", ";"];
        refused = await Tool.Run(["train", "--train", rows, .. columns, .. reading, "--save", model]);
        Assert.Contains("line 18: found 1 field, expected 4", refused.Error);
        Assert.IsFalse(File.Exists(model));

        reading = [.. reading, "--skip-bad-rows"];
        Said trained = await Tool.Succeed(
            ["train", "--train", rows, "--test", rows, "--epochs", "1", .. columns, .. reading, "--save", model, "--json"]);
        Assert.AreEqual(4, trained.Json.GetProperty("skippedRows").GetInt32());
        Assert.Contains("2 broken rows were left out", trained.Error);
        Said judged = await Tool.Succeed(["evaluate", "--model", model, "--data", rows, .. columns, .. reading, "--json"]);
        Assert.AreEqual(2, judged.Json.GetProperty("skippedRows").GetInt32());
        Assert.AreEqual(16, judged.Json.GetProperty("rows").GetInt32());

        string output = folder.At("out.csv");
        Said predicted = await Tool.Succeed(
            ["predict", "--model", model, "--data", rows, "--text", "body", .. reading, "--output", output, "--json"]);
        Assert.AreEqual(2, predicted.Json.GetProperty("skippedRows").GetInt32());
        Assert.Contains("line 18", predicted.Error);
        string[] written = await File.ReadAllLinesAsync(output);
        Assert.AreEqual("Größe;;;body;predicted;probability", written[0]);
        Assert.HasCount(17, written);
        Assert.MatchesRegex($"^ M[uü]ll ;x;y;.*;M[uü]ll;[01]", written[1]);
    }

    [TestMethod]
    public async Task A_broken_line_of_standard_input_keeps_its_place()
    {
        using TemporaryFolder folder = new();
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", folder.Write("train.tsv", Texts.Tsv(12)), "--epochs", "1", "--save", model);
        Said refused = await Tool.Pipe("a bird\nb\0d\na hammer\n", "predict", "--model", model);
        Assert.AreEqual(1, refused.Code);
        Assert.Contains("'standard input', line 2", refused.Error);
        Said predicted = await Tool.Pipe("a bird\nb\0d\na hammer\n", "predict", "--model", model, "--skip-bad-rows");
        Assert.AreEqual(0, predicted.Code, predicted.Error);
        string[] lines = predicted.Output.TrimEnd('\n').Split('\n');
        Assert.HasCount(3, lines);
        Assert.AreEqual("", lines[1].Trim());
        Assert.Contains("1 broken row was left out", predicted.Error);
    }

    [TestMethod]
    public async Task Parquet_is_trained_and_predicted_on_and_predictions_are_jsonl()
    {
        using TemporaryFolder folder = new();
        string rows = folder.At("rows.parquet");
        await ParquetSerializer.SerializeAsync(
            Texts.Rows(12).Select(row => new ParquetRow { text = row.Text, label = row.Label == "tool" ? [1, 0] : [0, 1] }), rows);
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--test", rows, "--task", "multilabel", "--epochs", "1", "--save", model, "--json");
        Assert.AreEqual(12, trained.Json.GetProperty("testRows").GetInt32());
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", rows, "--scores");
        Assert.HasCount(12, predicted.Lines);
        JsonElement first = JsonDocument.Parse(predicted.Lines[0]).RootElement;
        Assert.AreEqual(Texts.Rows(1).Single().Text, first.GetProperty("text").GetString());
        Assert.AreEqual(2, first.GetProperty("scores").EnumerateObject().Count());
    }

    [TestMethod]
    [DataRow("--encoding klingon", "--encoding is 'klingon'; expected a name or the number of a code page that .NET knows, such as utf-8,")]
    [DataRow("--encoding utf-7", "windows-1250 to windows-1258")]
    [DataRow("--delimiter ab", "--delimiter is 'ab'; expected one character, or tab,")]
    public async Task Unknown_encodings_and_delimiters_are_errors_of_the_command_line(string options, string message)
    {
        foreach (string command in new[]
        {
            "train --train a.csv", "evaluate --model m --data a.csv", "predict --model m", "compare --data a --out b",
        })
        {
            Said said = await Tool.Run([.. command.Split(' '), .. options.Split(' ')]);
            Assert.AreEqual(2, said.Code);
            Assert.Contains(message, said.Error);
        }
    }

    [TestMethod]
    public async Task Blanks_around_names_on_the_command_line_do_not_count()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write(
            "rows.tsv", string.Concat(Texts.Rows(12).Select((row, i) => $"{(i % 4 < 2 ? " " : "")}{row.Label}\u00A0\t{row.Text}\n")
                .Prepend(" kind\ttext\n")));
        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--task", "binary", "--positive", "tool ", "--class-weights", " tool =5,animal=1", "--label", "kind",
            "--epochs", "1", "--save", folder.At("model.zip"), "--test", rows, "--json");
        Assert.AreEqual(12, trained.Json.GetProperty("testRows").GetInt32());
    }

    private sealed class ParquetRow
    {
#pragma warning disable IDE1006 // names of columns
        public string text { get; set; } = "";

        public List<int> label { get; set; } = [];
#pragma warning restore IDE1006
    }
}
