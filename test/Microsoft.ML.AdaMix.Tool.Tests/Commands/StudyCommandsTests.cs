using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Tests.Commands;

[TestClass]
public sealed class StudyCommandsTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public async Task A_study_goes_on_where_it_stopped_and_runs_nothing_twice()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        string[] study = ["--data", data, "--epochs", "1", "--seeds", "1", "--out", folder.At("out"), "--json"];
        Said first = await Tool.Succeed(["ablate", "table11", .. study]);
        Assert.AreEqual((4, 4, 0), Counts(first.Json));
        string[] warnings = [.. first.Error.Split('\n').Where(line => line.StartsWith("Warning: ", StringComparison.Ordinal))];
        Assert.IsNotEmpty(warnings);
        CollectionAssert.AreEqual(warnings.Distinct(StringComparer.Ordinal).ToArray(), warnings); // trials have them in common

        // Table 7 wants other predictions of the published mixture, whose experts table 11 kept: no training, so the cost is the same to
        // the last digit.
        JsonElement second = (await Tool.Succeed(["ablate", "table7", "table11", .. study])).Json;
        Assert.AreEqual((4, 1, 0), Counts(second));
        JsonElement[] table7 = [.. second.GetProperty("tables").GetProperty("table7")[0].GetProperty("variants").EnumerateArray()];
        Assert.HasCount(6, table7);
        foreach (JsonElement variant in table7)
        {
            Assert.AreEqual(1, variant.GetProperty("seeds").GetInt32());
            Assert.AreEqual(table7[0].GetProperty("trainSeconds").GetDouble(), variant.GetProperty("trainSeconds").GetDouble());
        }

        // What is needed to compare rows and costs later is in every line.
        foreach (string line in File.ReadLines(folder.At("out/results.jsonl")))
        {
            JsonElement result = JsonDocument.Parse(line).RootElement;
            int right = Convert.FromBase64String(result.GetProperty("right").GetString()!).Sum(bits => int.PopCount(bits));
            Assert.AreEqual(result.GetProperty("accuracy").GetDouble(), right / 6.0, 1e-9);
            JsonElement conditions = result.GetProperty("training").GetProperty("conditions");
            Assert.AreEqual(Environment.ProcessorCount, conditions.GetProperty("machine").GetProperty("cores").GetInt32());
            StringAssert.Contains("float32 bfloat16", conditions.GetProperty("precision").GetString(), StringComparison.Ordinal);
        }

        // Where libtorch lies says nothing of a trial.
        JsonElement third = (await Tool.Succeed(["ablate", "table7", "table11", .. study, "--libtorch", folder.At("elsewhere")])).Json;
        Assert.AreEqual((4, 0, 0), Counts(third));
        Assert.AreEqual(4 + 8 + 1 + 1 + 4 + 1,
            File.ReadLines(folder.At("out/results.jsonl")).Count()); // merged x 4, routes, example, token, experts, ensemble

        JsonElement report = (await Tool.Succeed(["ablate", "table9", .. study, "--report-only"])).Json;
        Assert.AreEqual((5, 0, 4), Counts(report));
    }

    [TestMethod]
    public async Task What_would_stop_a_later_trial_is_said_before_the_first()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        string[] study = ["--data", data, "--out", folder.At("out")];
        StringAssert.Contains((await Tool.Run(["ablate", "table11", .. study, "--rows", "8,17"])).Error, "has 16",
            StringComparison.Ordinal);
        StringAssert.Contains((await Tool.Run(["ablate", "table11", "--data", $"{data},{data}", "--out", folder.At("out")])).Error,
            "2 folders called 'set'", StringComparison.Ordinal);
        File.Delete(folder.At("set/dev.tsv"));
        StringAssert.Contains(
            (await Tool.Run(["ablate", "table11", "figure7", .. study])).Error, "no development rows", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(folder.At("out")));
    }

    [TestMethod]
    public async Task A_report_of_nothing_is_an_error_that_names_the_folder_and_makes_none()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        Said said = await Tool.Run(
            "compare", "--methods", "head,adamix", "--data", data, "--out", folder.At("out"), "--report-only");
        Assert.AreEqual(1, said.Code);
        Assert.Contains($"There are no results of this study in '{folder.At("out")}'.", said.Error);
        Assert.IsFalse(Directory.Exists(folder.At("out")));
    }

    [TestMethod]
    public async Task A_set_that_data_does_not_name_is_refused_before_anything_is_read()
    {
        using TemporaryFolder folder = new();
        string[] study = ["compare", "--data", folder.At("sst2"), "--out", folder.At("out")];
        foreach (string[] option in (string[][])[["--train-file", "train.tsv,SST2=some.tsv"], ["--rows-of-class", "3,SST2=5"]])
        {
            Said said = await Tool.Run([.. study, .. option]);
            Assert.AreEqual(2, said.Code, said.Error);
            Assert.Contains($"{option[0]} has a value for 'SST2'", said.Error);
        }
    }

    [TestMethod]
    public async Task Convergence_has_losses_and_validation_of_every_epoch()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        await Tool.Succeed("ablate", "figure7", "--data", data, "--epochs", "2", "--seeds", "1", "--rows", "8", "--out", folder.At("out"));
        foreach (string line in File.ReadLines(folder.At("out/results.jsonl")))
        {
            JsonElement trace = JsonDocument.Parse(line).RootElement.GetProperty("trace");
            Assert.AreEqual(2, trace.GetProperty("validation").GetArrayLength());
            JsonElement result = JsonDocument.Parse(line).RootElement;
            Assert.IsInRange(0.05, 20, result.GetProperty("temperature").GetDouble());
            Assert.IsInRange(0, 1, result.GetProperty("calibrationError").GetDouble());

            // Development and test rows are the same here, so that the temperature can only help.
            Assert.IsLessThanOrEqualTo(
                result.GetProperty("logLoss").GetDouble() + 1e-6, result.GetProperty("calibratedLogLoss").GetDouble());
            Assert.AreEqual(2, trace.GetProperty("steps")[trace.GetProperty("steps").GetArrayLength() - 1].GetInt32());
        }

        Assert.IsTrue(File.Exists(folder.At("out/figure7-set-8.png")));
        string report = File.ReadAllText(folder.At("out/figure7.md"));
        Assert.Contains("| log loss after it |", report);
        Assert.Contains("The best epoch was chosen on", report);
    }

    [TestMethod]
    public async Task Methods_are_compared_and_a_run_that_cannot_train_is_a_failure_and_not_the_end()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        folder.Write("bad/train.tsv", "label\ttext\nanimal\ta\nanimal\tb\n");
        folder.Write("bad/test.tsv", Texts.Tsv(4));
        JsonElement said = (await Tool.Succeed(
            "compare", "--methods", "head,adamix", "--data", $"{data},{folder.At("bad")}", "--epochs", "1", "--seeds", "1", "--out",
            folder.At("out"), "--json")).Json;
        Assert.AreEqual((4, 4, 0), Counts(said));
        JsonElement tables = said.GetProperty("tables").GetProperty("compare");
        Assert.AreEqual(0, tables[0].GetProperty("variants")[0].GetProperty("failed").GetInt32());
        Assert.AreEqual(1, tables[1].GetProperty("variants")[0].GetProperty("failed").GetInt32());
        Assert.IsInRange(0.05, 20, tables[0].GetProperty("variants")[0].GetProperty("temperature").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, tables[1].GetProperty("variants")[0].GetProperty("calibrationError").ValueKind);
    }

    [TestMethod]
    public async Task A_study_that_is_stopped_within_a_trial_says_how_to_go_on_and_then_after_which_step_it_does()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        string[] study =
        [
            "compare", "--methods", "head", "--data", data, "--epochs", "40", "--seeds", "1", "--batch-size", "4", "--out",
            folder.At("out"),
        ];
        using CancellationTokenSource stop = new();
        Task<Said> run = Tool.Run(stop.Token, study);
        string checkpoints = folder.At("out/checkpoints");
        while (!run.IsCompleted && !(Directory.Exists(checkpoints)
            && Directory.EnumerateFiles(checkpoints, "checkpoint-*", SearchOption.AllDirectories).Any()))
        {
            await Task.Delay(10, CancellationToken.None);
        }

        await stop.CancelAsync();
        Said stopped = await run;
        Assert.AreEqual(130, stopped.Code);
        StringAssert.Contains(stopped.Error, "Stopped with 0 of 1 trial done.", StringComparison.Ordinal);
        StringAssert.Contains((await Tool.Succeed(study)).Output, "Goes on after step ", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(checkpoints));
    }

    // The encoder alone is 60 MB in float32, a session as much again: what a trial left behind would show after ten.
    [TestMethod]
    [TestCategory("Slow")]
    public async Task Memory_does_not_grow_from_trial_to_trial()
    {
        using TemporaryFolder folder = new();
        string data = Texts.DataSet(folder, "set", train: 16, test: 6);
        async Task Study(int seeds) =>
            await Tool.Succeed("ablate", "table7", "--data", data, "--epochs", "1", "--seeds", $"{seeds}", "--out", folder.At("out"));
        await Study(10);
        long before = Environment.WorkingSet;
        await Study(20);
        Assert.IsLessThanOrEqualTo(200L << 20, Environment.WorkingSet - before);
    }

    private static (int Trials, int Ran, int Open) Counts(JsonElement said) =>
        (said.GetProperty("trials").GetInt32(), said.GetProperty("ran").GetInt32(), said.GetProperty("open").GetInt32());
}
