using System.Text.Json;
using Microsoft.ML.AdaMix.Tool.Tests.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class FewShotCommandTests
{
    private static readonly string Encoder = Path.Combine(Reference.Repository, "test", "models", "encoder");

    [TestMethod]
    public async Task Splits_are_trained_judged_and_told_over_tasks_and_numbers_of_rows()
    {
        using TemporaryFolder folder = new();
        string data = $"{FewShotTests.Splits(folder, "one", [4, 6], 2)},{FewShotTests.Splits(folder, "two", [4, 6], 2)}";
        string[] Command(int splits) => ["fewshot", "--data", data, "--k", "4,6", "--splits", $"{splits}", "--methods",
            "head,setfit,adamix", "--steps", "2", "--encoder", Encoder, "--out", folder.At("out"), "--json"];
        Said first = await Tool.Succeed(Command(2));
        Assert.AreEqual((24, 24, 0), Counts(first.Json));
        StringAssert.Contains(first.Error, "it is meant for a sentence encoder, which --sentence-encoder names", StringComparison.Ordinal);
        foreach (string line in File.ReadLines(folder.At("out/results.jsonl")))
        {
            JsonElement result = JsonDocument.Parse(line).RootElement;
            int right = Convert.FromBase64String(result.GetProperty("right").GetString()!).Sum(bits => int.PopCount(bits));
            Assert.AreEqual(right / 10.0, result.GetProperty("accuracy").GetDouble(), 1e-9);
        }

        string[] files = [.. first.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)];
        CollectionAssert.IsSubsetOf(new[] { "fewshot.md", "fewshot-one-rows.png", "fewshot-two-rows.png", "fewshot-mean-rows.png" }, files);
        string report = File.ReadAllText(folder.At("out/fewshot.md"));
        StringAssert.Contains(report, "for at least 2 steps, in whole epochs, of 4 rows each", StringComparison.Ordinal);
        Assert.DoesNotContain("template-:", report, StringComparison.Ordinal);
        StringAssert.Contains(report, "| 4 rows, accuracy % | one | two | mean |", StringComparison.Ordinal);
        StringAssert.Contains(report, "| **adamix** |", StringComparison.Ordinal);
        StringAssert.Contains(report, "## All data sets, 6 rows", StringComparison.Ordinal);

        Assert.AreEqual((24, 0, 0), Counts((await Tool.Succeed(Command(2))).Json));
        Assert.AreEqual((12, 0, 0), Counts((await Tool.Succeed(Command(1))).Json));
    }

    [TestMethod]
    public async Task Splits_are_drawn_from_one_file_and_what_they_leave_is_without_a_label()
    {
        using TemporaryFolder folder = new();
        folder.Write("one/pool.tsv", Texts.Tsv(12));
        folder.Write("one/test.tsv", Texts.Tsv(10));
        string[] Command(int rows) => ["fewshot", "--data", folder.At("one"), "--train-file", "one=pool.tsv", "--k", $"{rows}",
            "--splits", "2", "--methods", "head,head:self-training-rounds=1", "--steps", "2", "--encoder", Encoder, "--out",
            folder.At("out"), "--json"];
        Assert.AreEqual((4, 4, 0), Counts((await Tool.Succeed(Command(4))).Json));
        JsonElement[] results = [.. File.ReadLines(folder.At("out/results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        foreach (JsonElement result in results)
        {
            JsonElement configuration = result.GetProperty("configuration");
            Assert.AreEqual("pool.tsv", configuration.GetProperty("data").GetProperty("trainFile").GetString());
            Assert.AreEqual(4, configuration.GetProperty("rows").GetInt32());
        }

        Said all = await Tool.Run(Command(12));
        Assert.AreEqual(1, all.Code);
        StringAssert.Contains(all.Error, "all rows of", StringComparison.Ordinal);
        Said more = await Tool.Run(Command(13));
        Assert.AreEqual(1, more.Code);
        StringAssert.Contains(more.Error, "13 training rows are asked for", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Trials_that_fail_are_told_at_the_end_and_in_the_report_and_where_all_do_it_is_an_error()
    {
        using TemporaryFolder folder = new();
        string[] Command(string set) => ["fewshot", "--data", set, "--train-file", "train.tsv", "--k", "2", "--splits", "4", "--methods",
            "head", "--steps", "1", "--encoder", Encoder, "--out", $"{set}-out"];
        string[] animals = [.. Enumerable.Range(0, 6).Select(number => $"animal\ta small animal {number}\n")];
        folder.Write("one/train.tsv", string.Concat(animals.Prepend("label\ttext\n")));
        folder.Write("one/test.tsv", Texts.Tsv(4));
        Said said = await Tool.Run(Command(folder.At("one")));
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "4 of 4 trials failed: All 2 rows have the same class", StringComparison.Ordinal);
        string report = await File.ReadAllTextAsync(folder.At("one-out/fewshot.md"));
        StringAssert.Contains(report, "head, seeds 1, 2, 3, 4, failed: All 2 rows have the same class", StringComparison.Ordinal);

        folder.Write("some/train.tsv", string.Concat(animals.Prepend("label\ttext\n")) + "tool\ta hammer\ntool\ta saw\ntool\tan axe\n");
        folder.Write("some/test.tsv", Texts.Tsv(4));
        said = await Tool.Run(Command(folder.At("some")));
        Assert.AreEqual(0, said.Code, said.Error);
        StringAssert.Contains(said.Error, " of 4 trials failed: All 2 rows have the same class", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--train-file", "other=train.tsv", "which --data does not name")]
    [DataRow("--k", "1", "expected numbers of 2 or more")]
    [DataRow("--methods", "fast", "--methods names 'fast'")]
    [DataRow("--methods", "templat-adamix", "Did you mean template-adamix?")]
    [DataRow("--methods", "template-setfit", "setfit has no template")]
    [DataRow("--splits", "0", "expected a whole number of 1 or more")]
    public async Task A_command_line_that_is_not_valid_is_refused_before_anything_is_read(string option, string value, string expected)
    {
        Said said = await Tool.Run("fewshot", "--data", "missing", "--out", "missing-too", option, value);
        Assert.AreEqual(2, said.Code);
        StringAssert.Contains(said.Error, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Templates_that_are_taken_are_said_and_those_that_do_not_fit_refused()
    {
        using TemporaryFolder folder = new();
        string data = FewShotTests.Splits(folder, "one", [4], 1);
        string[] command = ["fewshot", "--data", data, "--k", "4", "--splits", "1", "--methods", "template-head", "--steps", "1", "--out",
            folder.At("out"), "--templates"];
        Said said = await Tool.Run(
            [.. command, folder.Write("t.json", """{"one": {"template": "{text} So {mask}.", "words": {"animal": "cat"}}}""")]);
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "one: there is no word for 'tool'", StringComparison.Ordinal);
        said = await Tool.Run([.. command, folder.Write(
            "u.json", """{"one": {"template": "{text} So {mask}.", "words": {"animal": "cat", "tool": "saw"}}, "x": {"template": ""}}""")]);
        const string Taken = "one: template '{text} So {mask}.', animal = cat, tool = saw (from --templates).";
        StringAssert.Contains(said.Output, Taken, StringComparison.Ordinal);
        StringAssert.Contains(File.ReadAllText(folder.At("out/fewshot.md")), Taken, StringComparison.Ordinal);
        StringAssert.Contains(said.Error, "--templates has templates of 'x'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task An_encoder_without_a_head_for_templates_is_refused_before_rows_are_read()
    {
        using TemporaryFolder folder = new();
        Said said = await Tool.Run(
            "fewshot", "--data", FewShotTests.Splits(folder, "one", [4], 1), "--k", "5", "--methods", "template-full", "--encoder",
            Reference.Model("minilm-l6"), "--out", folder.At("out"));
        Assert.AreEqual(1, said.Code);
        StringAssert.Contains(said.Error, "has no masked-LM head", StringComparison.Ordinal);
    }

    private static (int Trials, int Ran, int Open) Counts(JsonElement result) =>
        (result.GetProperty("trials").GetInt32(), result.GetProperty("ran").GetInt32(), result.GetProperty("open").GetInt32());
}
