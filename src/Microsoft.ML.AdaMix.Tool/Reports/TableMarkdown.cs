using System.Text;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A table of one setting in Markdown.</summary>
internal static class TableMarkdown
{
    private const string Minus = "difference";

    public static string Render(TableResults results)
    {
        StringBuilder text = new();
        text.AppendLine(
            $"| {results.Setting.Title} | accuracy % | {Minus} | p | seeds | macro % | log loss | trained parameters | training "
            + "s | processor s | peak MB |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (VariantResult variant in results.Variants)
        {
            bool isReference = variant == results.Reference;
            PairedTest test = PairedTest.From(variant.Accuracies, results.Reference.Accuracies);
            text.AppendLine(string.Join(" | ",
                $"| {(isReference ? $"**{variant.Variant.Name}**" : variant.Variant.Name)}",
                Numbers.Percent(variant.Accuracy),
                isReference ? "" : Numbers.Points(test.Difference),
                isReference ? "" : Numbers.P(test.P),
                $"{variant.Seeds.Count}{(variant.Failures > 0 ? $" ({variant.Failures} failed)" : "")}",
                Numbers.Percent(variant.Summarize(seed => seed.MacroAccuracy)),
                Numbers.Mean(variant.Summarize(seed => seed.LogLoss), 3),
                Numbers.Large(variant.Summarize(seed => seed.Training?.Parameters).Mean),
                Numbers.Mean(variant.Summarize(seed => seed.Training?.Seconds), 1),
                Numbers.Mean(variant.Summarize(seed => seed.Training?.ProcessorSeconds), 1),
                $"{Numbers.Mean(variant.Summarize(seed => seed.Training?.PeakMegabytes), 0)} |"));
        }

        return text.ToString();
    }

    /// <summary>Mean accuracies of several settings side by side, with their average and a test over all of them.</summary>
    public static string Overview(IReadOnlyList<TableResults> results)
    {
        StringBuilder text = new();
        text.AppendLine("p here: two-sided paired t-test over the seeds of all columns together; pairs: how many.").AppendLine();
        text.AppendLine(
            $"| accuracy % | {string.Join(" | ", results.Select(setting => setting.Setting.Title))} | average | {Minus} | p | pairs |");
        text.AppendLine($"|---|{string.Concat(results.Select(_ => "--:|"))}--:|--:|--:|--:|");
        for (int i = 0; i < results[0].Variants.Count; i++)
        {
            VariantResult[] variants = [.. results.Select(setting => setting.Variants[i])];
            double average = variants.Average(variant => variant.Accuracy.Mean); // NaN if one is missing
            PairedTest test = PairedTest.From(
                [.. results.SelectMany(setting => PairedTest.Differences(setting.Variants[i].Accuracies, setting.Reference.Accuracies))]);
            bool isReference = i == results[0].Table.Reference;
            text.AppendLine(string.Join(" | ",
                $"| {(isReference ? $"**{variants[0].Variant.Name}**" : variants[0].Variant.Name)}",
                string.Join(" | ", variants.Select(variant => Numbers.Percent(variant.Accuracy))),
                double.IsNaN(average) ? Numbers.None : Numbers.Fixed(average * 100, 1),
                isReference ? "" : Numbers.Points(test.Difference),
                isReference ? "" : Numbers.P(test.P),
                isReference ? " |" : $"{test.Pairs} |"));
        }

        return text.ToString();
    }
}
