using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Tests.Study;
using SkiaSharp;
using AxisLimits = ScottPlot.AxisLimits;

namespace Microsoft.ML.AdaMix.Tool.Tests.Reports;

[TestClass]
public sealed class ReportTests
{
    private static readonly string[] FilesOfCompare = ["compare.md", "compare-trec6.png", "compare-trec6-parameters.png"];

    [TestMethod]
    public void A_table_shows_mean_deviation_difference_p_and_seeds()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        double[][] accuracies = [[0.80, 0.82, 0.84], [0.79, 0.80, 0.81]];
        for (int variant = 0; variant < 2; variant++)
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                results.Append(
                    Trials.Result(table.Variants[variant].At(Trials.Setting, seed), InferenceMode.Merged, accuracies[variant][seed - 1]));
            }
        }

        TableResults found = TableResults.Collect(table, Trials.Setting, 3, results);
        string[] lines = Lines(TableMarkdown.Accuracy(found));
        Assert.AreEqual("| variant | accuracy % | s.e. | difference | 95 % interval | p (Holm of 1) | seeds |", lines[0]);
        Assert.AreEqual("| **adamix** | 82.0 ± 2.0 | 1.7 |  |  |  | 3 |", lines[2]);

        // Differences 1, 2 and 3 points: t = 2 / (1 / √3) = 3.4641 with 2 degrees of freedom, p = 0.0742; 4.3027 / √3 points to each
        // side.
        // One standard error of 80 % on 500 rows: √(0.8 · 0.2 / 500) = 1.8 points.
        Assert.AreEqual("| lora | 80.0 ± 1.0 | 1.8 | −2.0 | [−4.5, +0.5] | 0.074 | 3 |", lines[3]);

        lines = Lines(TableMarkdown.Quality(found));
        Assert.AreEqual("| **adamix** | 81.0 ± 2.0 | 0.180 |  |  | 337k |", lines[2]);
        Assert.AreEqual("| lora | 79.0 ± 1.0 | 0.200 | 1.11 | [0.96, 1.30] | 337k |", lines[3]);

        lines = Lines(CostMarkdown.Render(found));
        Assert.AreEqual("| lora | 20.0 | 1.00 | 12.5 | 1.00 | 700 | 3 |", lines[3]);
    }

    [TestMethod]
    public void Log_loss_after_temperature_and_calibration_error_have_a_table_where_results_know_them()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora", "head", "full"], Trials.Published);
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        for (int seed = 1; seed <= 2; seed++)
        {
            TrialResult Result(int variant) =>
                Trials.Result(table.Variants[variant].At(Trials.Setting, seed), InferenceMode.Merged, 0.8);
            results.Append(Result(0) with
            {
                CalibrationError = 0.02 * seed, Temperature = 1.1, CalibratedLogLoss = 0.2, CalibratedError = 0.01,
            });
            results.Append(Result(1) with
            {
                CalibrationError = 0.1, Temperature = 2, CalibratedLogLoss = 0.2 * seed, CalibratedError = 0.02,
            });
            results.Append(Result(2) with { CalibrationError = 0.1 }); // no development rows
            results.Append(Result(3)); // of an earlier version
        }

        TableResults found = TableResults.Collect(table, Trials.Setting, 2, results);
        string[] lines = Lines(CalibrationMarkdown.Render(found));
        Assert.AreEqual(
            "| variant | calibration error % | temperature | log loss after it | ratio | 95 % interval | calibration error % after it |",
            lines[0]);
        Assert.AreEqual("| **adamix** | 3.0 ± 1.4 | 1.10 | 0.200 |  |  | 1.0 ± 0.0 |", lines[2]);

        // Ratios 1 and 2, whose geometric mean is √2; e to the power of 12.7062 · ln 2 / 2 to each side.
        Assert.AreEqual("| lora | 10.0 ± 0.0 | 2.00 | 0.300 | 1.41 | [0.02, 115.61] | 2.0 ± 0.0 |", lines[3]);
        Assert.AreEqual("| head | 10.0 ± 0.0 | – | – | – | – | – |", lines[4]);
        Assert.AreEqual("| full | – | – | – | – | – | – |", lines[5]);
        Assert.Contains("on the development rows, which did not", CalibrationMarkdown.Note([found]));
        Assert.AreEqual("", CalibrationMarkdown.Note([found with { Variants = [found.Variants[3]] }]));
        Assert.AreEqual("", CalibrationMarkdown.Render(found with { Variants = [found.Variants[3]] }));
        Assert.Contains("no development rows", CalibrationMarkdown.Note([found with { Variants = [found.Variants[2]] }]));
    }

    [TestMethod]
    public void A_temperature_at_the_bound_of_its_search_is_marked_and_the_mark_explained()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        foreach ((int variant, double temperature) in new[] { (0, 1.5), (1, 20.0) })
        {
            results.Append(Trials.Result(table.Variants[variant].At(Trials.Setting, 1), InferenceMode.Merged, 0.8) with
            {
                CalibrationError = 0.1, Temperature = temperature, CalibratedLogLoss = 0.2, CalibratedError = 0.01,
            });
        }

        TableResults found = TableResults.Collect(table, Trials.Setting, 1, results);
        string[] lines = Lines(CalibrationMarkdown.Render(found));
        Assert.Contains("| 1.50 |", lines[2]);
        Assert.Contains("| 20.00 \\* |", lines[3]);
        Assert.Contains("\\* A search ended at its bound: at 0.05,", CalibrationMarkdown.Note([found]));
        Assert.DoesNotContain("bound", CalibrationMarkdown.Note([found with { Variants = [found.Variants[0]] }]));
    }

    [TestMethod]
    public void A_plot_of_parameters_shows_a_decade_and_4_points_also_where_methods_are_close()
    {
        ScottPlot.Plot plot = PlotStyle.Create("", "");
        PlotStyle.Mark(plot, 4.1, 17.0, Look.Of("lora"));
        PlotStyle.Mark(plot, 4.2, 18.0, Look.Of("head"));
        PlotStyle.Fit(plot, leastWidth: 1, leastHeight: PlotStyle.LeastPoints);
        AxisLimits limits = plot.Axes.GetLimits();
        Assert.AreEqual(3.65, limits.Left, 1e-9);
        Assert.AreEqual(4.65, limits.Right, 1e-9);
        Assert.AreEqual(15.5, limits.Bottom, 1e-9);
        Assert.AreEqual(19.5, limits.Top, 1e-9);
        PlotStyle.Mark(plot, 6, 40, Look.Of("full"));
        PlotStyle.Fit(plot, leastWidth: 1, leastHeight: PlotStyle.LeastPoints);
        limits = plot.Axes.GetLimits();
        Assert.IsLessThan(17, limits.Bottom);
        Assert.IsGreaterThan(40, limits.Top);
        Assert.IsGreaterThan(6, limits.Right);
    }

    [TestMethod]
    public void Two_seeds_have_an_interval_and_no_p_and_right_rows_give_the_error_of_the_difference()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        for (int seed = 1; seed <= 2; seed++)
        {
            results.Append(Trials.Result(table.Variants[0].At(Trials.Setting, seed), InferenceMode.Merged, 0.8) with
            {
                Right = RightRows.Write([.. Enumerable.Range(0, 500).Select(row => row < 400)]),
            });
            results.Append(Trials.Result(table.Variants[1].At(Trials.Setting, seed), InferenceMode.Merged, 0.8 - (0.01 * seed)) with
            {
                Right = RightRows.Write([.. Enumerable.Range(0, 500).Select(row => row < 400 - (5 * seed))]),
            });
        }

        string[] lines = Lines(TableMarkdown.Accuracy(TableResults.Collect(table, Trials.Setting, 2, results)));
        Assert.AreEqual("| variant | accuracy % | s.e. | difference | 95 % interval | s.e. | seeds |", lines[0]);

        // Differences −1 and −2 points: 12.7062 · 0.5 points to each side. Rows differ by 1 in 5 of 500 and by a half in 5.
        Assert.AreEqual("| lora | 78.5 ± 0.7 | 1.8 | −1.5 | [−7.9, +4.9] | 0.5 | 2 |", lines[3]);
    }

    [TestMethod]
    public void The_overview_takes_data_sets_as_units_and_averages_only_what_is_whole()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora", "head"], Trials.Published);
        StudySetting[] settings = [.. new[] { "a", "b", "c" }.Select(name => new StudySetting(
            Trials.Published.Data with { Name = name, Fingerprint = name }, null))];
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        double[][] lora = [[0.79, 0.80], [0.68], [0.71]];
        for (int setting = 0; setting < 3; setting++)
        {
            for (int seed = 1; seed <= 2; seed++)
            {
                results.Append(Trials.Result(
                    table.Variants[0].At(settings[setting], seed), InferenceMode.Merged, setting == 0 ? 0.80 + (seed * 0.01) : 0.70));
                if (lora[setting].Length >= seed)
                {
                    results.Append(
                        Trials.Result(table.Variants[1].At(settings[setting], seed), InferenceMode.Merged, lora[setting][seed - 1]));
                }
            }
        }

        TableResults[] all = [.. settings.Select(setting => TableResults.Collect(table, setting, 2, results))];
        string[] lines = Lines(OverviewMarkdown.Accuracy(all));
        Assert.AreEqual("| accuracy % | a | b | c | mean | difference | 95 % interval | p (Holm of 1) | data sets |", lines[0]);
        Assert.AreEqual("| **adamix** | 81.5 ± 0.7 | 70.0 ± 0.0 | 70.0 ± 0.0 | 73.8 |  |  |  |  |", lines[2]);

        // Data sets −2, −2 and +1 points: t = −1 / (√3 / √3) with 2 degrees of freedom, p = 0.4226; 4.3027 points to each side.
        Assert.AreEqual("| lora | 79.5 ± 0.7 | 68.0 | 71.0 | 72.8 | −1.0 | [−5.3, +3.3] | 0.423 | 3 |", lines[3]);
        Assert.AreEqual("| head | – | – | – | – | – | – | – | 0 |", lines[4]);
        Assert.HasCount(5, Lines(OverviewMarkdown.LogLoss(all)));
    }

    [TestMethod]
    public void A_report_on_two_numbers_of_rows_says_encoder_rows_and_seeds_and_has_no_p_over_both()
    {
        using TemporaryFolder folder = new();
        StudyTable table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
        StudySetting[] settings = [Trials.Setting with { Rows = 100 }, Trials.Setting with { Rows = 200 }];
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        Trials.Fill(results, table, settings, seeds: 2);
        string text = new StudyReport(folder.Path, settings, 2, results).Text(table);
        Assert.Contains("\nroberta-mini, trec6 (100 rows of train.tsv, 500 test rows), seeds 1 and 2.\n", text);
        Assert.Contains("\nroberta-mini, trec6 (200 rows of train.tsv, 500 test rows), seeds 1 and 2.\n", text);
        Assert.DoesNotContain("p (Holm", text);
        Assert.DoesNotContain("All data sets", text);
    }

    [TestMethod]
    public void Seeds_with_a_missing_way_of_predicting_and_failures_are_left_out_and_failures_counted()
    {
        using TemporaryFolder folder = new();
        StudyTable table = new AblationTables(Trials.Published).Find("figure5").Single();
        using ResultsFile results = ResultsFile.Open(folder.At("r.jsonl"));
        results.Append(Trials.Result(table.Variants[0].At(Trials.Setting, 1), InferenceMode.Merged, 0.9));
        results.Append(Trials.Result(table.Variants[0].At(Trials.Setting, 1), new InferenceMode(InferenceKind.Route, 0), 0.9));
        TrialConfiguration second = table.Variants[0].At(Trials.Setting, 2);
        results.Append(TrialRun.Failure(
            new PlannedTrial(second.Key, "merged", second, [InferenceMode.Merged], KeepsExperts: false), InferenceMode.Merged,
            new InvalidOperationException("diverged")));
        TableResults found = TableResults.Collect(table, Trials.Setting, 2, results);
        Assert.AreEqual((1, 1), (found.Variants[0].Seeds.Count, found.Variants[0].Failures.Count));
        Assert.AreEqual((0, 0), (found.Variants[1].Seeds.Count, found.Variants[1].Failures.Count));
        string text = new StudyReport(folder.Path, [Trials.Setting], 2, results).Text(table);
        Assert.Contains("1 (1 failed) |", text);
        Assert.Contains("\nmerged (AdaMix), seed 2, failed: diverged\n", text);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Every_table_is_written_with_plots_that_are_large_enough_for_print()
    {
        using TemporaryFolder folder = new();
        StudySetting[] settings = [Trials.Setting with { Rows = 100 }, Trials.Setting with { Rows = 300 }];
        StudyTable[] tables = [
            .. new AblationTables(Trials.Published).Find("all"), MethodVariants.Table(MethodVariants.Default, Trials.Published)];
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        foreach (StudyTable table in tables)
        {
            Trials.Fill(results, table, settings, seeds: 2);
        }

        StudyReport report = new(folder.Path, settings, seeds: 2, results);
        foreach (StudyTable table in tables)
        {
            IReadOnlyList<string> files = report.Write(table, Assert.Fail);
            CollectionAssert.Contains(files.ToArray(), $"{table.Name}-trec6-rows.png");
            string markdown = File.ReadAllText(folder.At(files[0]));
            foreach (string plot in files.Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
            {
                StringAssert.Contains(markdown, $"({plot})", StringComparison.Ordinal);
                using SKBitmap image = SKBitmap.Decode(folder.At(plot));
                Assert.IsGreaterThanOrEqualTo(1200, image.Width, plot);
            }
        }
    }

    [TestMethod]
    public void A_study_without_results_writes_nothing()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        Assert.IsEmpty(
            new StudyReport(folder.Path, [Trials.Setting], 2, results).Write(
                new AblationTables(Trials.Published).Find("table8").Single(), Assert.Fail));
    }

    [TestMethod]
    public void One_setting_has_no_plot_over_rows()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable table = MethodVariants.Table(["full", "adamix"], Trials.Published);
        Trials.Fill(results, table, [Trials.Setting], seeds: 1);
        CollectionAssert.AreEqual(
            FilesOfCompare, new StudyReport(folder.Path, [Trials.Setting], 1, results).Write(table, Assert.Fail).ToArray());
    }

    [TestMethod]
    public void A_report_that_replaces_a_larger_one_says_what_it_leaves_out_and_how_to_have_it_in()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable large = MethodVariants.Table(["full", "lora", "adamix"], Trials.Published);
        StudyTable small = MethodVariants.Table(["full", "adamix"], Trials.Published);
        StudySetting other = new(Trials.Published.Data with { Name = "sst2", Fingerprint = "other" }, null);
        Trials.Fill(results, large, [Trials.Setting, other], seeds: 1);
        new StudyReport(folder.Path, [Trials.Setting, other], 1, results).Write(large, Assert.Fail);
        List<string> warnings = [];
        StudyReport report = new(folder.Path, [Trials.Setting], 1, results);
        report.Write(small, warnings.Add);
        Assert.StartsWith("compare.md had lora, sst2, All data sets too, which this command does not name.", warnings.Single());
        Assert.Contains("name all in one command, with --report-only", warnings.Single());
        report.Write(small, Assert.Fail);
        new StudyReport(folder.Path, [Trials.Setting, other], 1, results).Write(large, Assert.Fail);
    }

    [TestMethod]
    public void Missing_seeds_are_spoken_of_only_where_some_are_missing()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable table = MethodVariants.Table(["full", "adamix"], Trials.Published);
        StudySetting[] settings = [Trials.Setting, new(Trials.Published.Data with { Name = "sst2", Fingerprint = "other" }, null)];
        Trials.Fill(results, table, settings, seeds: 2);
        Assert.DoesNotContain("not every variant", new StudyReport(folder.Path, settings, 2, results).Text(table));
        Trials.Fill(results, table, [settings[0]], seeds: 3);
        Assert.Contains("seeds 1 to 3; not every variant and data set", new StudyReport(folder.Path, settings, 3, results).Text(table));
    }

    [TestMethod]
    public void Both_limits_of_training_rows_are_named_where_rows_and_rows_of_class_meet()
    {
        DataReference some = Trials.Published.Data with { RowsOfClass = 1 };
        StudySetting both = new(some, 24);
        Assert.AreEqual("trec6, at most 24 rows and 1 of each class", both.Title);
        Assert.AreEqual("trec6-24-class-1", both.FileName);
        Assert.AreEqual("1 row of each class", new StudySetting(some, null).TrainingRows);
        Assert.AreEqual("trec6, 24 rows", (Trials.Setting with { Rows = 24 }).Title);
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable table = MethodVariants.Table(["full", "adamix"], Trials.Published);
        StudySetting[] settings = [both, Trials.Setting with { Data = Trials.Published.Data with { Name = "sst2" }, Rows = 24 }];
        Trials.Fill(results, table, settings, seeds: 1);
        string text = new StudyReport(folder.Path, settings, 1, results).Text(table);
        Assert.Contains("trec6 (at most 24 rows and 1 of each class of train.tsv, ", text);
        Assert.Contains("sst2 (24 rows of train.tsv, ", text);
        Assert.Contains("## All data sets, at most 24 rows", text);
    }

    [TestMethod]
    public void A_table_says_how_many_experts_were_trained_where_results_know_it()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable table = MethodVariants.Table(["adamix", "setfit"], Trials.Published);
        results.Append(Trials.Result(table.Variants[0].At(Trials.Setting, 1), InferenceMode.Merged, 0.8) with { Experts = 2 });
        results.Append(Trials.Result(table.Variants[1].At(Trials.Setting, 1), InferenceMode.Merged, 0.8));
        string[] lines = Lines(TableMarkdown.Quality(TableResults.Collect(table, Trials.Setting, 1, results)));
        Assert.EndsWith("| 95 % interval | experts | trained parameters |", lines[0]);
        Assert.EndsWith("| 2 | 337k |", lines[2]);
        Assert.EndsWith("| – | 337k |", lines[3]);
    }

    [TestMethod]
    public void Times_and_memory_stand_with_a_note_on_the_order_of_trials()
    {
        using TemporaryFolder folder = new();
        using ResultsFile results = ResultsFile.Open(folder.At("results.jsonl"));
        StudyTable table = MethodVariants.Table(["full", "adamix"], Trials.Published);
        Trials.Fill(results, table, [Trials.Setting], seeds: 1);
        Assert.Contains("The first training of a process also warms it up", CostMarkdown.Render(
            TableResults.Collect(table, Trials.Setting, 1, results)).ReplaceLineEndings(" "));
    }

    [TestMethod]
    public void A_density_has_unit_area()
    {
        KernelDensity density = new([0.7, 0.72, 0.74, 0.8], 0.002);
        (double low, double high) = density.Reach;
        double step = (high - low) / 1000;
        Assert.AreEqual(1, Enumerable.Range(0, 1000).Sum(i => density.At(low + ((i + 0.5) * step)) * step), 0.01);
    }

    [TestMethod]
    [DataRow(337158, "337k")]
    [DataRow(17_100_000, "17.1M")]
    [DataRow(10_000_000, "10M")]
    [DataRow(950, "950")]
    public void Large_numbers_of_a_report_are_short(double value, string text) => Assert.AreEqual(text, Numbers.Large(value));

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
}
