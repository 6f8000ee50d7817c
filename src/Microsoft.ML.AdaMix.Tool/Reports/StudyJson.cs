using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Tool.Study;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A study's tables for --json, with every number that the report has and without its rounding.</summary>
internal static class StudyJson
{
    /// <summary>One setting.</summary>
    public static JsonObject From(TableResults results)
    {
        IReadOnlyList<Comparison?>[] comparisons = [.. StudyMetric.All.Select(metric => Comparison.OverSeeds(results, metric))];
        return new JsonObject
        {
            ["encoder"] = ResultsContext.Encoder(results),
            ["data"] = results.Setting.Data.Name,
            ["rows"] = results.Setting.Rows,
            ["rowsOfClass"] = results.Setting.Data.RowsOfClass,
            ["testRows"] = ResultsContext.TestRows(results),
            ["reference"] = results.Reference.Variant.Name,
            ["comparisons"] = Comparison.Family(comparisons[0]),
            ["variants"] = new JsonArray([.. results.Variants.Select((_, i) => (JsonNode)Variant(results, i, comparisons))]),
        };
    }

    private static JsonObject Variant(TableResults results, int index, IReadOnlyList<Comparison?>[] comparisons)
    {
        VariantResult variant = results.Variants[index];
        Comparison? accuracy = comparisons[0][index];
        CostComparison cost = CostComparison.From(variant, results.Reference);
        return new JsonObject
        {
            ["name"] = variant.Variant.Name,
            ["seeds"] = variant.Seeds.Count,
            ["failed"] = variant.Failures.Count,
            ["accuracy"] = JsonNumber.From(variant.Accuracy.Mean),
            ["deviation"] = JsonNumber.From(variant.Accuracy.Deviation),
            ["accuracyStandardError"] = JsonNumber.From(SamplingError.OfShare(variant.Accuracy.Mean, variant.TestRows)),
            ["difference"] = Number(accuracy?.Test.Difference),
            ["differenceStandardError"] = JsonNumber.From(TableMarkdown.TestRowsError(variant, results.Reference)),
            ["p"] = Number(accuracy?.Test.ShownP),
            ["correctedP"] = Number(accuracy?.CorrectedP),
            ["macroAccuracy"] = JsonNumber.From(variant.Summarize(seed => seed.MacroAccuracy).Mean),
            ["logLoss"] = JsonNumber.From(variant.Summarize(seed => seed.LogLoss).Mean),
            ["calibrationError"] = JsonNumber.From(variant.Summarize(seed => seed.CalibrationError).Mean),
            ["temperature"] = JsonNumber.From(variant.Summarize(seed => seed.Temperature).Mean),
            ["calibratedLogLoss"] = JsonNumber.From(variant.Summarize(seed => seed.CalibratedLogLoss).Mean),
            ["calibratedError"] = JsonNumber.From(variant.Summarize(seed => seed.CalibratedError).Mean),
            ["differences"] = new JsonArray([.. StudyMetric.All.Zip(comparisons, (metric, all) => (metric, all[index]?.Test))
                .Where(pair => pair.Test is not null)
                .Select(pair => (JsonNode)Difference(pair.metric, pair.Test!))]),
            ["experts"] = JsonNumber.From(variant.Summarize(seed => seed.Experts).Mean),
            ["trainedParameters"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.Parameters).Mean),
            ["trainSeconds"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.Seconds).Mean),
            ["processorSeconds"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.ProcessorSeconds).Mean),
            ["peakMegabytes"] = JsonNumber.From(variant.Summarize(seed => seed.Training?.PeakMegabytes).Mean),
            ["trainingsCompared"] = cost.Pairs,
            ["processorRatio"] = JsonNumber.From(cost.ProcessorRatio),
            ["timeRatio"] = JsonNumber.From(cost.TimeRatio),
            ["machines"] = new JsonArray([.. variant.Seeds.Select(seed => seed.Training).OfType<TrainingCost>()
                .Select(Machine).Distinct(StringComparer.Ordinal).Select(name => (JsonNode)JsonValue.Create(name))]),
        };
    }

    private static JsonObject Difference(StudyMetric metric, PairedTest test) => new()
    {
        ["metric"] = metric.Name,
        ["is"] = metric.IsRatio ? "ratio" : "difference",
        ["lowerIsBetter"] = metric.LowerIsBetter,
        ["value"] = JsonNumber.From(metric.Shown(test.Difference)),
        ["low"] = JsonNumber.From(metric.Shown(test.Low)),
        ["high"] = JsonNumber.From(metric.Shown(test.High)),
        ["pairs"] = test.Pairs,
    };

    private static string Machine(TrainingCost cost) => cost.Conditions is { } where
        ? $"{where.Machine.Processor}, {where.Machine.Cores} cores, {where.Precision ?? "unknown precision"}"
        : "unknown";

    private static JsonValue? Number(double? value) => JsonNumber.From(value ?? double.NaN);
}
