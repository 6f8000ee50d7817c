using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// The mean over tasks with one number of rows, as results of their own: what a split's seed gave on all of them. It is about these tasks,
/// not about others of their kind.
/// </summary>
internal static class FewShotMean
{
    private const string Guide =
        "Tasks: mean ± standard deviation over splits. Mean: over the tasks, and the standard deviation of that mean over splits. "
        + "Difference: of the mean, to the variant in bold, paired by split; the 95 % interval is Student's over splits and says what "
        + "others of these tasks would give. p: two-sided paired t-test with Holm's correction.";

    private const string OtherTasks = " Other tasks are another matter: see all data sets below.";

    /// <summary>A table a number of rows; empty where none has results of several tasks, and what stands above them.</summary>
    public static string Render(IReadOnlyList<TableResults> all, Func<string, string> wrap)
    {
        string[] tables = [.. all.GroupBy(results => results.Setting.Rows).Select(same => Table([.. same]))];
        return $"{wrap(OverviewMarkdown.Groups(all).Any() ? Guide + OtherTasks : Guide)}\n\n{string.Join('\n', tables)}";
    }

    /// <summary>The mean over tasks; seeds that a task lacks are left out.</summary>
    public static TableResults Of(IReadOnlyList<TableResults> tasks) => new(
        tasks[0].Table,
        tasks[0].Setting with
        {
            Data = tasks[0].Setting.Data with { Name = $"mean of {string.Join(", ", tasks.Select(task => task.Setting.Data.Name))}" },
        },
        [.. tasks[0].Variants.Select((variant, index) => Mean(variant.Variant, [.. tasks.Select(task => task.Variants[index])]))]);

    private static string Table(TableResults[] tasks)
    {
        TableResults mean = Of(tasks);
        IReadOnlyList<Comparison?> comparisons = Comparison.OverSeeds(mean, StudyMetric.Accuracy);
        int family = Comparison.Family(comparisons);
        MarkdownTable table = new([
            tasks[0].Setting.Rows is { } rows ? $"{Counts.Of(rows, "row")}, accuracy %" : "accuracy %",
            .. tasks.Select(task => task.Setting.Data.Name), tasks.Length > 1 ? "mean" : null, "difference", "95 % interval",
            family == 0 ? null : $"p (Holm of {family})", "splits"]);
        for (int i = 0; i < mean.Variants.Count; i++)
        {
            Comparison? comparison = comparisons[i];
            table.Add([
                TableMarkdown.Name(mean, i), .. tasks.Select(task => Numbers.Percent(task.Variants[i].Accuracy)),
                Numbers.Percent(mean.Variants[i].Accuracy),
                comparison is null ? "" : Numbers.Points(comparison.Test.Difference),
                comparison is null ? "" : Numbers.Interval(comparison.Test, Numbers.Points),
                comparison is null ? "" : Numbers.P(comparison.CorrectedP),
                $"{mean.Variants[i].Seeds.Count}"]);
        }

        return table.ToString();
    }

    private static VariantResult Mean(Variant variant, VariantResult[] tasks)
    {
        int[] seeds = [.. tasks[0].Seeds.Select(seed => seed.Seed).Where(
            seed => tasks.All(task => task.Seeds.Any(other => other.Seed == seed)))];
        return new VariantResult(variant, [.. seeds.Select(seed => Mean([.. tasks.Select(
            task => task.Seeds.Single(other => other.Seed == seed))]))], [.. tasks.SelectMany(task => task.Failures)]);
    }

    private static SeedResult Mean(SeedResult[] tasks) => new(
        tasks[0].Seed, tasks.Average(task => task.Accuracy), tasks.Average(task => task.MacroAccuracy),
        tasks.Average(task => task.LogLoss), [.. tasks.SelectMany(task => task.Results)]);
}
