using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Accuracy of the variants of a table: each seed, mean and standard deviation. One line a variant, since their names are long.
/// </summary>
internal static class AccuracyPlot
{
    private const int HeightOfRow = 34;
    private const int HeightOfRest = 110;

    public static void Save(TableResults results, string path)
    {
        VariantResult[] shown = [.. results.Variants.Where(variant => variant.Seeds.Count > 0)];
        Plot plot = PlotStyle.Create(results.Setting.Title, "test accuracy (%)", "");
        double[] positions = [.. shown.Select((_, index) => (double)(shown.Length - 1 - index))]; // the first on top
        if (results.Reference.Seeds.Count > 0)
        {
            plot.Add.VerticalLine(results.Reference.Accuracy.Mean * 100, 1, PlotStyle.Faint, LinePattern.Dashed);
        }

        for (int i = 0; i < shown.Length; i++)
        {
            VariantResult variant = shown[i];
            Color color = variant == results.Reference ? PlotStyle.Accent : PlotStyle.ColorOf(0);
            foreach (SeedResult seed in variant.Seeds)
            {
                plot.Add.Marker(seed.Accuracy * 100, positions[i], MarkerShape.OpenCircle, 6, PlotStyle.Faint);
            }

            if (double.IsFinite(variant.Accuracy.Deviation) && variant.Accuracy.Deviation > 0)
            {
                double reach = variant.Accuracy.Deviation * 100;
                var bar = plot.Add.Line(
                    (variant.Accuracy.Mean * 100) - reach, positions[i], (variant.Accuracy.Mean * 100) + reach, positions[i]);
                bar.LineColor = color;
                bar.LineWidth = PlotStyle.LineWidth;
            }

            plot.Add.Marker(variant.Accuracy.Mean * 100, positions[i], MarkerShape.FilledCircle, PlotStyle.MarkerSize + 1, color);
        }

        PlotStyle.Name(plot.Axes.Left, positions, [.. shown.Select(variant => variant.Variant.Name)]);
        plot.Axes.Margins(horizontal: 0.08);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(-0.6, shown.Length - 0.4);
        PlotStyle.Save(plot, path, height: (HeightOfRow * shown.Length) + HeightOfRest);
    }
}
