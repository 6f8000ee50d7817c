using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>The results of a table on one setting in Markdown: accuracy as it is tested, and what else is known.</summary>
internal static class TableMarkdown
{
    /// <summary>How to read the tables; stands once in a report.</summary>
    public const string Guide =
        "Accuracy: mean ± standard deviation over seeds. Difference: to the variant in bold, in points, paired by seed; its 95 % interval "
        + "is Student's over seeds, for this difference alone; wide with two seeds, none with one or where all seeds differ alike. p: "
        + "two-sided paired t-test on accuracy, with Holm's correction over as many comparisons as the heading says; none with fewer than "
        + "3 seeds. s.e.: one standard error from the choice of test rows, which intervals over seeds do not contain; of an accuracy "
        + "(binomial), and of the difference row by row where results say which rows were right. Log loss: lower is better; its ratio to "
        + "the variant in bold is a geometric mean, paired by seed.";

    /// <summary>Accuracy and its differences.</summary>
    public static string Accuracy(TableResults results)
    {
        IReadOnlyList<Comparison?> comparisons = Comparison.OverSeeds(results, StudyMetric.Accuracy);
        int family = Comparison.Family(comparisons);
        double[] errors = [.. results.Variants.Select(variant => TestRowsError(variant, results.Reference))];
        MarkdownTable table = new(
            "variant", "accuracy %", "s.e.", "difference", "95 % interval", errors.All(double.IsNaN) ? null : "s.e.",
            family == 0 ? null : $"p (Holm of {family})", "seeds");
        for (int i = 0; i < results.Variants.Count; i++)
        {
            VariantResult variant = results.Variants[i];
            table.Add(
                Name(results, i),
                Numbers.Percent(variant.Accuracy),
                Numbers.Known(SamplingError.OfShare(variant.Accuracy.Mean, variant.TestRows) * 100, 1),
                comparisons[i] is { } shown ? Numbers.Points(shown.Test.Difference) : "",
                comparisons[i] is { } interval ? Numbers.Interval(interval.Test, Numbers.Points) : "",
                comparisons[i] is null ? "" : Numbers.Known(errors[i] * 100, 1),
                comparisons[i] is { } tested ? Numbers.P(tested.CorrectedP) : "",
                $"{variant.Seeds.Count}{(variant.Failures.Count > 0 ? $" ({variant.Failures.Count} failed)" : "")}");
        }

        return table.ToString();
    }

    /// <summary>Why trials failed, a sentence a reason.</summary>
    public static IEnumerable<string> Failures(TableResults results) =>
        from variant in results.Variants
        from same in variant.Failures.GroupBy(failed => failed.Error, StringComparer.Ordinal)
        let seeds = string.Join(", ", same.Select(failed => $"{failed.Configuration.Seed}"))
        select $"{variant.Variant.Name}, {(same.Count() == 1 ? "seed" : "seeds")} {seeds}, failed: {same.Key}";

    /// <summary>The other metrics, and how much is trained.</summary>
    public static string Quality(TableResults results)
    {
        IReadOnlyList<Comparison?> losses = Comparison.OverSeeds(results, StudyMetric.LogLoss);
        MarkdownTable table = new("variant", "macro accuracy %", "log loss", "ratio", "95 % interval",
            results.Variants.Any(variant => Experts(variant).Count > 0) ? "experts" : null, "trained parameters");
        for (int i = 0; i < results.Variants.Count; i++)
        {
            VariantResult variant = results.Variants[i];
            table.Add(
                Name(results, i),
                Numbers.Percent(variant.Summarize(seed => seed.MacroAccuracy)),
                Numbers.Mean(variant.Summarize(seed => seed.LogLoss), 3),
                losses[i] is { } shown ? Numbers.Ratio(StudyMetric.LogLoss.Shown(shown.Test.Difference)) : "",
                losses[i] is { } interval ? Numbers.Interval(interval.Test, end => Numbers.Ratio(StudyMetric.LogLoss.Shown(end))) : "",
                Numbers.Mean(Experts(variant), 0),
                Numbers.Large(variant.Summarize(seed => seed.Training?.Parameters).Mean));
        }

        return table.ToString();
    }

    private static Summary Experts(VariantResult variant) => variant.Summarize(seed => seed.Experts);

    /// <summary>A variant's name, in bold for the one with which the others are compared.</summary>
    public static string Name(TableResults results, int variant) => variant == results.Table.Reference
        ? $"**{results.Variants[variant].Variant.Name}**"
        : results.Variants[variant].Variant.Name;

    /// <summary>Standard error of a difference in accuracy from the choice of test rows; NaN where results do not say enough.</summary>
    public static double TestRowsError(VariantResult variant, VariantResult reference)
    {
        if (variant == reference)
        {
            return double.NaN;
        }

        HashSet<int> seeds = [.. variant.Seeds.Select(seed => seed.Seed).Intersect(reference.Seeds.Select(seed => seed.Seed))];
        double[]? own = Shares(variant);
        double[]? others = Shares(reference);
        return own is null || own.Length != others?.Length ? double.NaN : SamplingError.OfDifference(own, others);

        double[]? Shares(VariantResult from) =>
            RightRows.Shares([.. from.Seeds.Where(seed => seeds.Contains(seed.Seed)).SelectMany(seed => seed.Results)]);
    }
}
