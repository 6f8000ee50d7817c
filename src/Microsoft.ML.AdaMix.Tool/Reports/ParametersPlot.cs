using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Accuracy against trained parameters, a point a method, parameters on a logarithmic axis. Most methods are close together, so that names
/// stand in a legend.
/// </summary>
internal static class ParametersPlot
{
    private const int WidthOfLegend = 130;

    public static void Save(TableResults results, string path)
    {
        VariantResult[] shown = [.. results.Variants.Where(variant => variant.Seeds.Any(seed => seed.Training is not null))
            .OrderByDescending(variant => variant.Accuracy.Mean)];
        Plot plot = PlotStyle.Create(results.Setting.Title, "trained parameters (logarithmic)", "test accuracy (%)");
        for (int i = 0; i < shown.Length; i++)
        {
            double x = Math.Log10(shown[i].Summarize(seed => seed.Training?.Parameters).Mean);
            double y = shown[i].Accuracy.Mean * 100;
            PlotStyle.ErrorBar(plot, x, y, shown[i].Accuracy.Deviation * 100, PlotStyle.ColorOf(i).WithAlpha(.35));
            var point = plot.Add.Marker(x, y, PlotStyle.ShapeOf(i), PlotStyle.MarkerSize + 1, PlotStyle.ColorOf(i));
            point.LegendText = shown[i].Variant.Name;
        }

        plot.Axes.Margins(0.06, 0.08);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        double[] ticks = [.. Ticks(limits.Left, limits.Right)];
        PlotStyle.Name(plot.Axes.Bottom, ticks, [.. ticks.Select(tick => Numbers.Large(Math.Round(Math.Pow(10, tick))))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 4;
        plot.ShowLegend(Edge.Right);
        PlotStyle.Save(plot, path, width: PlotStyle.Width + WidthOfLegend);
    }

    // 1 and 3 times the powers of ten, or 1, 2 and 5 times where those would be few.
    private static IEnumerable<double> Ticks(double left, double right)
    {
        double[] steps = right - left > 1.5 ? [1, 3] : [1, 2, 5];
        for (int power = (int)Math.Floor(left); power <= right; power++)
        {
            foreach (double tick in steps.Select(step => power + Math.Log10(step)).Where(tick => tick >= left && tick <= right))
            {
                yield return tick;
            }
        }
    }
}
