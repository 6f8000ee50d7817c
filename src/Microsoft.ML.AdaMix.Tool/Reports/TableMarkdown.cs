using System.Text;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A table of one setting in Markdown.</summary>
internal static class TableMarkdown
{
    private const string Minus = "difference";

    public static string Of(TableResults results)
    {
        StringBuilder text = new();
        text.AppendLine($"| {results.Setting.Title} | accuracy % | {Minus} | p | seeds | macro accuracy % | log loss | trained parameters | training s | processor s | peak MB |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (VariantResult variant in results.Variants)
        {
            bool isReference = variant == results.Reference;
            PairedTest test = PairedTest.Of(variant.Accuracies, results.Reference.Accuracies);
            text.AppendLine(string.Join(" | ",
                $"| {(isReference ? $"**{variant.Variant.Name}**" : variant.Variant.Name)}",
                Numbers.Percent(variant.Accuracy),
                isReference ? "" : Numbers.Points(test.Difference),
                isReference ? "" : Numbers.P(test.P),
                $"{variant.Seeds.Count}{(variant.Failures > 0 ? $" ({variant.Failures} failed)" : "")}",
                Numbers.Percent(variant.Of(seed => seed.MacroAccuracy)),
                Numbers.Mean(variant.Of(seed => seed.LogLoss), 3),
                Numbers.Large(variant.Of(seed => seed.Training?.Parameters).Mean),
                Numbers.Mean(variant.Of(seed => seed.Training?.Seconds), 1),
                Numbers.Mean(variant.Of(seed => seed.Training?.ProcessorSeconds), 1),
                $"{Numbers.Mean(variant.Of(seed => seed.Training?.PeakMegabytes), 0)} |"));
        }

        return text.ToString();
    }

    /// <summary>Mean accuracies of several settings side by side, with their average.</summary>
    public static string Overview(IReadOnlyList<TableResults> results)
    {
        StringBuilder text = new();
        text.AppendLine($"| accuracy % | {string.Join(" | ", results.Select(setting => setting.Setting.Title))} | average |");
        text.AppendLine($"|---|{string.Concat(results.Select(_ => "--:|"))}--:|");
        for (int i = 0; i < results[0].Variants.Count; i++)
        {
            double[] means = [.. results.Select(setting => setting.Variants[i].Accuracy.Mean)];
            text.AppendLine($"| {results[0].Variants[i].Variant.Name} | {string.Join(" | ", results.Select(setting => Numbers.Percent(setting.Variants[i].Accuracy)))} | {(means.Any(double.IsNaN) ? Numbers.None : Numbers.Fixed(means.Average() * 100, 1))} |");
        }

        return text.ToString();
    }
}
