using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class CostComparisonTests
{
    private static readonly StudyTable Table = MethodVariants.Table(["adamix", "lora"], Trials.Published);
    private static readonly TrainingConditions Here = new(new TrialMachine("P", 2, "linux-x64"), "run-1", "cpu", "float32", 0);

    [TestMethod]
    public void Trainings_of_one_run_on_one_machine_are_compared_by_the_geometric_mean_of_their_ratios()
    {
        CostComparison cost = Compare((Here, 10), (Here, 20), (Here, 10), (Here, 5));
        Assert.AreEqual(2, cost.Pairs);
        Assert.AreEqual(1, cost.TimeRatio, 1e-12); // 2 and a half
        Assert.AreEqual(1, cost.ProcessorRatio, 1e-12);
    }

    [TestMethod]
    public void Other_machines_runs_and_precisions_and_unknown_ones_are_not_compared()
    {
        foreach (TrainingConditions? other in new[]
        {
            null, Here with { Run = "run-2" }, Here with { Precision = "bfloat16" }, Here with { Device = "cuda" },
            Here with { Machine = Here.Machine with { Processor = "Q" } },
        })
        {
            CostComparison cost = Compare((Here, 10), (other, 20));
            Assert.AreEqual(0, cost.Pairs, $"{other}");
            Assert.IsTrue(double.IsNaN(cost.TimeRatio) && double.IsNaN(cost.ProcessorRatio) && double.IsNaN(cost.PeakMegabytes));
        }
    }

    [TestMethod]
    public void Clock_times_of_a_busy_machine_are_left_out_and_processor_times_are_not()
    {
        CostComparison cost = Compare((Here, 10), (Here with { OtherLoad = 1.5 }, 20));
        Assert.AreEqual(1, cost.Pairs);
        Assert.IsTrue(double.IsNaN(cost.TimeRatio));
        Assert.AreEqual(2, cost.ProcessorRatio, 1e-12);
    }

    [TestMethod]
    public void Results_that_do_not_say_their_machine_show_no_times_and_say_why()
    {
        TableResults unknown = Results((null, 10), (null, 20));
        Assert.AreEqual("", CostMarkdown.Render(unknown));
        Assert.StartsWith("Times and memory are left out", CostMarkdown.Note([unknown]));
        string known = CostMarkdown.Render(Results((Here, 10), (Here, 20), (Here, 10), (null, 20)));
        Assert.Contains("| lora | 20.0 | 2.00 | 20.0 | 2.00 | 700 | 1 |", known);
        Assert.Contains("P, 2 cores, linux-x64, cpu, float32, run run-, other processes took 0.0 to 0.0 cores: 3 trainings.",
            known.ReplaceLineEndings(" "));
        Assert.Contains("Machine unknown: 1 training.", known.ReplaceLineEndings(" "));
        Assert.AreEqual("", CostMarkdown.Note([unknown, Results((Here, 10), (Here, 20))]));
    }

    [TestMethod]
    public void This_machine_has_a_name_and_a_load()
    {
        Assert.AreNotEqual("", TrialMachine.Current.Processor);
        Assert.AreEqual(Environment.ProcessorCount, TrialMachine.Current.Cores);
        Assert.IsTrue(new OtherLoad().Cores() is null or >= 0);
    }

    // Of each seed the reference's training and the other's.
    private static CostComparison Compare(params (TrainingConditions? Where, double Seconds)[] trainings)
    {
        TableResults results = Results(trainings);
        return CostComparison.From(results.Variants[1], results.Reference);
    }

    private static TableResults Results(params (TrainingConditions? Where, double Seconds)[] trainings) => new(
        Table, Trials.Setting, [.. Enumerable.Range(0, 2).Select(variant => new VariantResult(
            Table.Variants[variant],
            [.. Enumerable.Range(0, trainings.Length / 2).Select(seed => Seed(seed, trainings[(2 * seed) + variant]))], []))]);

    private static SeedResult Seed(int seed, (TrainingConditions? Where, double Seconds) training) => new(seed, 0.8, 0.8, 0.2,
    [
        Trials.Result(Trials.Published, InferenceMode.Merged, 0.8) with
        {
            Training = new TrainingCost(training.Seconds, training.Seconds, 100, 1000, 700) { Conditions = training.Where },
        },
    ]);
}
