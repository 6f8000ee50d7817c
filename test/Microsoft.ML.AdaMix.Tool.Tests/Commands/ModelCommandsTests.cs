using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class ModelCommandsTests
{
    private static readonly string[] ClassesOfTexts = ["animal", "tool"];

    [TestMethod]
    public async Task A_model_is_trained_judged_and_applied_to_tsv()
    {
        using TemporaryFolder folder = new();
        string train = folder.Write("train.tsv", Texts.Tsv(16));
        string test = folder.Write("test.tsv", Texts.Tsv(8));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed("train", "--train", train, "--test", test, "--epochs", "1", "--save", model, "--validation",
            "0.25", "--save-mixture", folder.At("mixture.safetensors"), "--json");
        Assert.HasCount(1, trained.Lines);
        Assert.AreEqual(8, trained.Json.GetProperty("testRows").GetInt32());
        double accuracy = trained.Json.GetProperty("metrics").GetProperty("accuracy").GetDouble();
        Assert.IsTrue(File.Exists(folder.At("mixture.safetensors")));

        Said judged = await Tool.Succeed("evaluate", "--model", model, "--data", test, "--json");
        Assert.AreEqual(accuracy, judged.Json.GetProperty("metrics").GetProperty("accuracy").GetDouble());

        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", test, "--scores", "--batch-size", "3");
        Assert.AreEqual("label\ttext\tpredicted\tprobability\tanimal\ttool", predicted.Lines[0]);
        string[][] rows = [.. predicted.Lines.Skip(1).Select(line => line.Split('\t'))];
        Assert.HasCount(8, rows);
        CollectionAssert.AreEqual(Texts.Rows(8).Select(row => row.Text).ToArray(), rows.Select(row => row[1]).ToArray());
        Assert.AreEqual(accuracy, rows.Average(row => row[0] == row[2] ? 1.0 : 0.0), 1e-9);
        foreach (string[] row in rows)
        {
            Assert.AreEqual(row[3], row[4 + Array.IndexOf(ClassesOfTexts, row[2])]);
        }
    }

    [TestMethod]
    public async Task A_calibrated_model_tells_its_temperature()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(16));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--validation", rows, "--calibrate", "--epochs", "1", "--save", model, "--json");
        double temperature = trained.Json.GetProperty("temperature").GetDouble();
        Assert.IsInRange(0.05, 20, temperature);
        Said told = await Tool.Succeed("info", model, "--json");
        Assert.AreEqual(temperature, told.Json.GetProperty("models")[0].GetProperty("training").GetProperty("temperature").GetDouble());
        Assert.Contains("fitted on 16 validation rows", (await Tool.Succeed("info", model)).Output);
        Assert.MatchesRegex(
            @"(?m)^Calibrated with temperature \S+ on 16 validation rows \(log loss \d\.\d+ nats, before \d\.\d+\)\.$", trained.Error);
        Assert.Contains("Warning: --calibrate had 16 validation rows to fit a temperature on, where 50 or more are wanted", trained.Error);
        Assert.Contains("Warning: The texts of 16 of 16 validation rows are those of training rows", trained.Error);
    }

    [TestMethod]
    public async Task Cut_texts_are_told_before_training_and_at_evaluate()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(12));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--max-length", "8", "--save", model);
        Assert.Contains("Of the training rows, ", trained.Error);
        Assert.Contains(" of 12 texts are longer than 8 tokens; about ", trained.Error);
        Said judged = await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--json");
        Assert.Contains(" of 12 texts are longer than 8 tokens; about ", judged.Error);
        Assert.Contains("--max-length", judged.Error);
        Assert.IsGreaterThan(0, judged.Json.GetProperty("cutTexts").GetInt32());
        Assert.IsGreaterThan(0, judged.Json.GetProperty("shareOfTokensCut").GetDouble());
    }

    [TestMethod]
    public async Task A_model_saved_for_float32_also_predicts_in_int8()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(12));
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", rows, "--epochs", "1", "--save", model, "--json");

        double[] exact = await Probabilities("float32");
        double[] bytes = await Probabilities("int8");

        CollectionAssert.AreEqual(await Probabilities(null), exact);
        CollectionAssert.AreNotEqual(exact, bytes);
        Assert.IsTrue(exact.Zip(bytes).All(pair => Math.Abs(pair.First - pair.Second) < 0.05));

        async Task<double[]> Probabilities(string? serving)
        {
            Said predicted = await Tool.Succeed(
                ["predict", "--model", model, "--data", rows, .. serving is null ? Array.Empty<string>() : ["--serving", serving]]);
            return [.. predicted.Lines.Skip(1).Select(line => double.Parse(line.Split('\t')[3], CultureInfo.InvariantCulture))];
        }
    }

    [TestMethod]
    public async Task A_binary_model_remembers_the_names_of_its_classes()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write(
            "rows.csv", string.Concat(Texts.Rows(12).Select(row => $"\"{row.Label}, a\",{row.Text}\n").Prepend("kind,body\n")));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed("train", "--train", rows, "--test", rows, "--task", "binary", "--positive", "tool, a", "--label",
            "kind", "--text", "body", "--epochs", "1", "--save", model, "--json");
        Said judged = await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--label", "kind", "--text", "body", "--json");
        Assert.AreEqual("binary", judged.Json.GetProperty("task").GetString());
        Assert.AreEqual(trained.Json.GetProperty("metrics").GetProperty("auc").GetDouble(),
            judged.Json.GetProperty("metrics").GetProperty("auc").GetDouble());

        string output = folder.At("out.csv");
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", rows, "--text", "body", "--output", output, "--json");
        Assert.AreEqual(12, predicted.Json.GetProperty("rows").GetInt32());
        foreach (string line in File.ReadLines(output).Skip(1))
        {
            Assert.IsTrue(line.Contains(",\"tool, a\",0.", StringComparison.Ordinal) || line.Contains(
                ",\"animal, a\",0.", StringComparison.Ordinal), line);
        }
    }

    [TestMethod]
    public async Task A_regression_predicts_numbers_and_is_judged_by_correlations()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.jsonl",
            string.Concat(
                Texts.Rows(12).Select((row, index) => $"{JsonSerializer.Serialize(new { label = index * 1.5, text = row.Text })}\n")));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed(
            "train", "--train", rows, "--test", rows, "--task", "regression", "--epochs", "1", "--save", model, "--json");
        Assert.IsTrue(trained.Json.GetProperty("metrics").TryGetProperty("pearson", out _));
        Assert.IsTrue(trained.Json.GetProperty("metrics").TryGetProperty("spearman", out _));
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", rows);
        Assert.HasCount(12, predicted.Lines);
        Assert.AreEqual(JsonValueKind.Number, predicted.Json.GetProperty("predicted").ValueKind);
        Assert.AreEqual(16.5, predicted.Json.GetProperty("label").GetDouble());
    }

    [TestMethod]
    public async Task A_multi_label_model_reads_and_writes_lists_of_labels()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv",
            string.Concat(Texts.Rows(12).Select((row, index) => $"{row.Label}{(index % 3 == 0 ? ";third" : "")}\t{row.Text}\n").Append(
                "\tno label at all\n").Prepend("label\ttext\n")));
        string model = folder.At("model.zip");
        Said trained = await Tool.Succeed("train", "--train", rows, "--test", rows, "--validation", rows, "--task", "multilabel",
            "--separator", ";", "--epochs", "1", "--save", model, "--json");
        Assert.AreEqual(13, trained.Json.GetProperty("testRows").GetInt32());
        Said judged = await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--separator", ";", "--json");
        Assert.AreEqual(trained.Json.GetProperty("metrics").GetProperty("microF1").GetDouble(),
            judged.Json.GetProperty("metrics").GetProperty("microF1").GetDouble());
        Said remembered = await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--json");
        Assert.AreEqual(judged.Json.GetProperty("metrics").ToString(), remembered.Json.GetProperty("metrics").ToString());
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", rows, "--separator", ";", "--scores");
        Assert.AreEqual("label\ttext\tpredicted\tanimal\tthird\ttool", predicted.Lines[0]);
    }

    [TestMethod]
    [DataRow("multiclass", "accuracy")]
    [DataRow("binary", "accuracy")]
    [DataRow("multilabel", "microF1")]
    [DataRow("regression", "pearson")]
    public async Task Evaluate_tells_calibration_where_there_are_probabilities_and_draws_it(string task, string metric)
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", string.Concat(Texts.Rows(12).Select((row, index) =>
            $"{(task == "regression" ? $"{index}" : row.Label)}\t{row.Text}\n").Prepend("label\ttext\n")));
        string model = folder.At("model.zip");
        await Tool.Succeed([
            "train", "--train", rows, "--task", task, "--epochs", "1", "--save", model,
            .. task == "binary" ? new[] { "--positive", "tool" } : []]);

        string plot = folder.At("plot.png");
        Said judged = await Tool.Succeed("evaluate", "--model", model, "--data", rows, "--reliability", plot, "--json");

        JsonElement metrics = judged.Json.GetProperty("metrics");
        Assert.IsTrue(metrics.TryGetProperty(metric, out _));
        bool isRegression = task == "regression";
        Assert.AreEqual(!isRegression, metrics.TryGetProperty("calibrationError", out JsonElement error));
        Assert.AreEqual(!isRegression, metrics.TryGetProperty("brierScore", out _));
        Assert.AreEqual(!isRegression, File.Exists(plot));
        Assert.AreEqual(isRegression, judged.Error.Contains("--reliability has no effect", StringComparison.Ordinal));
        if (!isRegression)
        {
            JsonElement[] bins = [.. judged.Json.GetProperty("reliability").EnumerateArray()];
            int all = bins.Sum(bin => bin.GetProperty("count").GetInt32());
            Assert.AreEqual(task == "multilabel" ? 24 : 12, all);
            Assert.AreEqual(
                bins.Sum(bin => bin.GetProperty("count").GetInt32() * Math.Abs(
                    bin.GetProperty("share").GetDouble() - bin.GetProperty("probability").GetDouble())) / all,
                error.GetDouble(), 1e-9);
            StringAssert.Contains(judged.Error, "expected calibration error", StringComparison.Ordinal);
            if (task == "multiclass")
            {
                double right = bins.Sum(bin => bin.GetProperty("count").GetInt32() * bin.GetProperty("share").GetDouble()) / all;
                Assert.AreEqual(metrics.GetProperty("accuracy").GetDouble(), right, 1e-9);
            }
        }
    }

    [TestMethod]
    public async Task Pairs_and_single_texts_are_not_mixed_up()
    {
        using TemporaryFolder folder = new();
        string pairs = folder.Write("pairs.tsv",
            string.Concat(Texts.Rows(8).Select(row => $"{row.Label}\t{row.Text}\tanother text\n")
                .Prepend("label\tsentence1\tsentence2\n")));
        string single = folder.Write("single.tsv", Texts.Tsv(8));
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", pairs, "--epochs", "1", "--save", model);
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", pairs);
        Assert.HasCount(9, predicted.Lines);
        Said refused = await Tool.Run("evaluate", "--model", model, "--data", single);
        Assert.AreEqual(1, refused.Code);
        StringAssert.Contains(refused.Error, "has single texts; the model reads pairs", StringComparison.Ordinal);
        refused = await Tool.Run("train", "--train", pairs, "--test", single, "--save", model);
        StringAssert.Contains(refused.Error, "expected the same in both", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Class_weights_of_a_binary_model_go_by_the_names_in_the_file()
    {
        using TemporaryFolder folder = new();
        string rows = folder.Write("rows.tsv", Texts.Tsv(8));
        string[] train = ["train", "--train", rows, "--task", "binary", "--positive", "tool", "--epochs", "1", "--save",
            folder.At("model.zip"), "--json"];
        await Tool.Succeed([.. train, "--class-weights", "tool=5,animal=1"]);
        Said refused = await Tool.Run([.. train, "--class-weights", "plant=5"]);
        Assert.AreEqual(1, refused.Code);
        StringAssert.Contains(refused.Error, "'plant'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Line_n_of_the_predictions_belongs_to_line_n_of_the_texts_from_a_file_and_from_standard_input()
    {
        const string Lines = "a\tbird\n\na hammer\n";
        using TemporaryFolder folder = new();
        string model = folder.At("model.zip");
        await Tool.Succeed("train", "--train", folder.Write("train.tsv", Texts.Tsv(12)), "--epochs", "1", "--save", model);
        Said predicted = await Tool.Succeed("predict", "--model", model, "--data", folder.Write("texts.txt", Lines));
        Said piped = await Tool.Pipe(Lines, "predict", "--model", model);
        Assert.AreEqual(0, piped.Code, piped.Error);
        CollectionAssert.AreEqual(predicted.Lines, piped.Lines);
        Assert.HasCount(3, predicted.Lines);
        foreach (string line in predicted.Lines)
        {
            string[] fields = line.Split('\t');
            CollectionAssert.Contains(ClassesOfTexts, fields[0]);
            Assert.IsGreaterThanOrEqualTo(0.5, double.Parse(fields[1], CultureInfo.InvariantCulture));
        }
    }
}
