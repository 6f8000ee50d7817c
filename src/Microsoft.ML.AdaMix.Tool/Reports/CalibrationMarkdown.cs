using System.Globalization;
using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>How far probabilities can be taken at their word, and what is left of log loss once each variant has its temperature.</summary>
internal static class CalibrationMarkdown
{
    private static readonly string AtBound = string.Create(
        CultureInfo.InvariantCulture,
        $" \\* A search ended at its bound: at {TemperatureSearch.Lowest}, where the development rows are as good as all right, or at "
        + $"{TemperatureSearch.Highest}, where the model is no better than chance.");

    /// <summary>How to read the tables; empty where no result says anything of it.</summary>
    public static string Note(IReadOnlyList<TableResults> all)
    {
        if (!all.Any(IsKnown))
        {
            return "";
        }

        string note = "Calibration error: how far the probability of the likeliest class and the share of right rows are apart on average, "
            + $"in {ReliabilityCurve.UsualBins} bins of equal width (Guo et al., 2017).";
        if (!all.Any(HasTemperatures))
        {
            return $"{note} There were no development rows to fit temperatures on.";
        }

        bool areJudged = all.SelectMany(results => results.Variants).Any(variant => variant.Variant.Configuration.BestEpoch);
        return $"{note} Temperature: by which each model's logits are divided so that its log loss on the development rows, which did not "
            + "train, is smallest; it leaves accuracy as it is. Log loss and calibration error after it are of the test rows."
            + (areJudged ? " The best epoch was chosen on the same development rows." : "")
            + (all.SelectMany(results => results.Variants).Any(IsAtBound) ? AtBound : "");
    }

    /// <summary>The table of a setting; empty where no result says anything of it.</summary>
    public static string Render(TableResults results)
    {
        if (!IsKnown(results))
        {
            return "";
        }

        IReadOnlyList<Comparison?> losses = Comparison.OverSeeds(results, StudyMetric.CalibratedLogLoss);
        MarkdownTable table = new(
            "variant", "calibration error %", "temperature", "log loss after it", "ratio", "95 % interval", "calibration error % after it");
        for (int i = 0; i < results.Variants.Count; i++)
        {
            VariantResult variant = results.Variants[i];
            table.Add(
                TableMarkdown.Name(results, i),
                Numbers.Percent(variant.Summarize(seed => seed.CalibrationError)),
                Numbers.Mean(variant.Summarize(seed => seed.Temperature), 2) + (IsAtBound(variant) ? " \\*" : ""),
                Numbers.Mean(variant.Summarize(seed => seed.CalibratedLogLoss), 3),
                losses[i] is { } shown ? Numbers.Ratio(StudyMetric.CalibratedLogLoss.Shown(shown.Test.Difference)) : "",
                losses[i] is { } interval
                    ? Numbers.Interval(interval.Test, end => Numbers.Ratio(StudyMetric.CalibratedLogLoss.Shown(end)))
                    : "",
                Numbers.Percent(variant.Summarize(seed => seed.CalibratedError)));
        }

        return table.ToString();
    }

    /// <summary>Whether a result has a temperature.</summary>
    public static bool HasTemperatures(TableResults results) => Any(results, seed => seed.Temperature);

    private static bool IsAtBound(VariantResult variant) => variant.Seeds.SelectMany(seed => seed.Results).Any(
        result => result.Temperature is TemperatureSearch.Lowest or TemperatureSearch.Highest);

    private static bool IsKnown(TableResults results) => Any(results, seed => seed.CalibrationError);

    private static bool Any(TableResults results, Func<SeedResult, double> value) =>
        results.Variants.SelectMany(variant => variant.Seeds).Any(seed => double.IsFinite(value(seed)));
}
