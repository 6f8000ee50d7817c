using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>The results of a table on several data sets side by side, all with the same number of training rows.</summary>
internal static class OverviewMarkdown
{
    public const string Guide =
        "The unit here is the data set: of each the mean over seeds of the paired differences counts once, however many seeds it has "
        + "(data sets with the same test rows together once), and intervals and p are Student's over these values: what to expect of "
        + "another data set of this kind. p has Holm's correction over as many comparisons as the heading says; none with fewer than 3 "
        + "data sets.";

    /// <summary>
    /// Results that may stand in one overview: those of different data sets with the same number of rows. Rows of a smaller number are
    /// among those of a larger one, so that these are never taken together.
    /// </summary>
    public static IEnumerable<IReadOnlyList<TableResults>> Groups(IEnumerable<TableResults> all) => all
        .GroupBy(results => results.Setting.Rows)
        .Select(same => same.DistinctBy(results => results.Setting.Data).ToArray())
        .Where(same => same.Length > 1);

    public static string Title(IReadOnlyList<TableResults> results)
    {
        string most = results.Any(result => result.Setting.Data.RowsOfClass is not null) ? "at most " : "";
        return results[0].Setting.Rows is { } rows ? $"All data sets, {most}{Counts.Of(rows, "row")}" : "All data sets";
    }

    /// <summary>Of what the results are, and whether some lack seeds that others have.</summary>
    public static string Context(IReadOnlyList<TableResults> results)
    {
        int[] seeds = [.. results.SelectMany(result => result.Variants).Select(variant => variant.Seeds.Count)];
        int all = results.SelectMany(result => result.Variants).SelectMany(variant => variant.Accuracies.Keys).Distinct().Count();
        return ResultsContext.Of(results)
            + (seeds.All(count => count == all) ? "." : "; not every variant and data set has all of them, see above.");
    }

    /// <summary>Mean accuracies, and differences over data sets.</summary>
    public static string Accuracy(IReadOnlyList<TableResults> results)
    {
        IReadOnlyList<Comparison?> comparisons = Comparison.OverDataSets(results, StudyMetric.Accuracy);
        int family = Comparison.Family(comparisons);
        MarkdownTable table = new([
            "accuracy %", .. Names(results), "mean", "difference", "95 % interval", family == 0 ? null : $"p (Holm of {family})",
            "data sets"]);
        for (int i = 0; i < comparisons.Count; i++)
        {
            VariantResult[] variants = [.. results.Select(setting => setting.Variants[i])];
            Comparison? comparison = comparisons[i];
            table.Add([
                TableMarkdown.Name(results[0], i),
                .. variants.Select(variant => Numbers.Percent(variant.Accuracy)),
                Numbers.Known(variants.Average(variant => variant.Accuracy.Mean) * 100, 1), // NaN if one is missing
                comparison is null ? "" : Numbers.Points(comparison.Test.Difference),
                comparison is null ? "" : Numbers.Interval(comparison.Test, Numbers.Points),
                comparison is null ? "" : Numbers.P(comparison.CorrectedP),
                comparison is null ? "" : $"{comparison.Test.Pairs}"]);
        }

        return table.ToString();
    }

    /// <summary>Mean log losses, and ratios over data sets.</summary>
    public static string LogLoss(IReadOnlyList<TableResults> results) =>
        Losses(results, StudyMetric.LogLoss, "log loss (lower is better)");

    /// <summary>The same with fitted temperatures; empty where there are none.</summary>
    public static string CalibratedLogLoss(IReadOnlyList<TableResults> results) => results.Any(CalibrationMarkdown.HasTemperatures)
        ? Losses(results, StudyMetric.CalibratedLogLoss, "log loss with fitted temperature")
        : "";

    private static string Losses(IReadOnlyList<TableResults> results, StudyMetric metric, string title)
    {
        IReadOnlyList<Comparison?> comparisons = Comparison.OverDataSets(results, metric);
        MarkdownTable table = new([title, .. Names(results), "ratio", "95 % interval", "data sets"]);
        for (int i = 0; i < comparisons.Count; i++)
        {
            Comparison? comparison = comparisons[i];
            table.Add([
                TableMarkdown.Name(results[0], i),
                .. results.Select(setting => Numbers.Mean(setting.Variants[i].Summarize(seed => metric.Value(seed)), 3)),
                comparison is null ? "" : Numbers.Ratio(metric.Shown(comparison.Test.Difference)),
                comparison is null ? "" : Numbers.Interval(comparison.Test, end => Numbers.Ratio(metric.Shown(end))),
                comparison is null ? "" : $"{comparison.Test.Pairs}"]);
        }

        return table.ToString();
    }

    private static IEnumerable<string> Names(IEnumerable<TableResults> results) => results.Select(setting => setting.Setting.Data.Name);
}
