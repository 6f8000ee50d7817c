using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>What trainings took, as far as it can be compared, and on what machines they ran.</summary>
internal static class CostMarkdown
{
    /// <summary>What stands once above all tables: that times are missing, and why; empty where they are not.</summary>
    public static string Note(IReadOnlyList<TableResults> all) => all.SelectMany(Costs).Any(cost => cost.Conditions is not null)
        ? ""
        : AreOneTraining(all[0])
            ? "All variants predict with the same trainings, whose times are therefore left out."
            : "Times and memory are left out: these results do not say on which machine and in which run they were measured.";

    /// <summary>The table of a setting and where it is from; empty where nothing is known, or all variants are one training.</summary>
    public static string Render(TableResults results)
    {
        TrainingCost[] costs = [.. Costs(results)];
        if (AreOneTraining(results) || costs.All(cost => cost.Conditions is null))
        {
            return "";
        }

        MarkdownTable table = new("variant", "processor s", "ratio", "training s", "ratio", "peak MB", "trainings compared");
        for (int i = 0; i < results.Variants.Count; i++)
        {
            CostComparison cost = CostComparison.From(results.Variants[i], results.Reference);
            bool isReference = i == results.Table.Reference;
            table.Add(
                TableMarkdown.Name(results, i), Numbers.Known(cost.ProcessorSeconds, 1),
                isReference ? "" : Numbers.Ratio(cost.ProcessorRatio), Numbers.Known(cost.Seconds, 1),
                isReference ? "" : Numbers.Ratio(cost.TimeRatio), Numbers.Known(cost.PeakMegabytes, 0), $"{cost.Pairs}");
        }

        string note = "Compared are trainings with the same seed in one process on one machine; clock times not where other processes took "
            + $"more than a quarter of a core. Ratios are to the variant in bold. The first training of a process also warms it up, "
            + "and peak MB has what earlier trainings left with the allocator: both show the order of trials where trainings are short. "
            + Machines(costs);
        return $"{table}\n{string.Join('\n', Terminal.Wrapping.Wrap(note, StudyReport.LineWidth))}\n";
    }

    private static bool AreOneTraining(TableResults results) =>
        results.Variants.Select(variant => variant.Variant.Configuration).Distinct().Count() == 1;

    private static IEnumerable<TrainingCost> Costs(TableResults results) =>
        results.Variants.SelectMany(variant => variant.Seeds).Select(seed => seed.Training).OfType<TrainingCost>();

    private static string Machines(IEnumerable<TrainingCost> costs) => string.Join(' ', costs
        .GroupBy(cost => cost.Conditions is { } known ? known with { OtherLoad = null } : null)
        .Select(same => same.Key is { } where
            ? $"{where.Machine.Processor}, {where.Machine.Cores} cores, {where.Machine.System}, {where.Device ?? "unknown device"}, "
                + $"{where.Precision ?? "unknown precision"}, run {where.Run[..4]}, {Load(same)}: {Trainings(same.Count())}."
            : $"Machine unknown: {Trainings(same.Count())}."));

    private static string Load(IEnumerable<TrainingCost> costs)
    {
        double[] loads = [.. costs.Select(cost => cost.Conditions?.OtherLoad).OfType<double>()];
        return loads.Length == 0
            ? "load by other processes unknown"
            : $"other processes took {Numbers.Fixed(loads.Min(), 1)} to {Numbers.Fixed(loads.Max(), 1)} cores";
    }

    private static string Trainings(int count) => count == 1 ? "1 training" : $"{count} trainings";
}
