namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A variant against the reference of its table.</summary>
/// <param name="Test">Over seeds, or over data sets; of a metric that is compared by ratio in logarithms.</param>
/// <param name="CorrectedP">p, corrected over all variants of the table; NaN where none is shown.</param>
internal sealed record Comparison(PairedTest Test, double CorrectedP)
{
    /// <summary>All variants of a table on one setting, paired by seed. The reference has null.</summary>
    public static IReadOnlyList<Comparison?> OverSeeds(TableResults results, StudyMetric metric) => Corrected(
        results.Table.Reference,
        [.. results.Variants.Select(variant => PairedTest.From(metric.Differences(variant, results.Reference)))]);

    /// <summary>
    /// All variants of a table over several data sets. The unit is the data set: its value is the mean over seeds of the paired
    /// differences, and the interval is Student's over these values.
    /// </summary>
    /// <param name="results">One result a data set, all with the same number of training rows.</param>
    /// <param name="metric">What is compared.</param>
    /// <exception cref="ArgumentException">A data set stands twice, or numbers of rows differ: such samples are nested.</exception>
    public static IReadOnlyList<Comparison?> OverDataSets(IReadOnlyList<TableResults> results, StudyMetric metric)
    {
        if (results.Select(result => result.Setting.Rows).Distinct().Count() > 1
            || results.Select(result => result.Setting.Data).Distinct().Count() < results.Count)
        {
            throw new ArgumentException(
                "Results with different numbers of rows of a data set are not independent; expected one result a data set.",
                nameof(results));
        }

        return Corrected(
            results[0].Table.Reference,
            [.. Enumerable.Range(0, results[0].Variants.Count).Select(variant => PairedTest.From(Units(results, variant, metric)))]);
    }

    /// <summary>How many comparisons a family has: those with a p-value.</summary>
    public static int Family(IEnumerable<Comparison?> comparisons) =>
        comparisons.Count(comparison => comparison is not null && !double.IsNaN(comparison.CorrectedP));

    // Data sets with the same test rows are one unit, since what is hard in these rows is in both.
    private static double[] Units(IReadOnlyList<TableResults> results, int variant, StudyMetric metric) =>
        [.. results
            .Select(result => (result.Setting.TestSet, Differences: metric.Differences(result.Variants[variant], result.Reference)))
            .Where(result => result.Differences.Count > 0)
            .GroupBy(result => result.TestSet, StringComparer.Ordinal)
            .Select(same => same.Average(result => result.Differences.Average()))];

    private static Comparison?[] Corrected(int reference, PairedTest[] tests)
    {
        double[] corrected = Holm.Correct([.. tests.Select((test, i) => i == reference ? double.NaN : test.ShownP)]);
        return [.. tests.Select((test, i) => i == reference ? null : new Comparison(test, corrected[i]))];
    }
}
