using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Accuracy against trained parameters, a point a method with its name beside it, parameters on a logarithmic axis.</summary>
internal static class ParametersPlot
{
    private const float FontSize = 12;

    public static void Save(TableResults results, string path)
    {
        VariantResult[] shown = [.. results.Variants.Where(variant => variant.Seeds.Any(seed => seed.Training is not null))];
        Plot plot = PlotStyle.Create(results.Setting.Title, "trained parameters (logarithmic)", "test accuracy (%)");
        (double X, double Y)[] points = [.. shown.Select(variant => (Math.Log10(variant.Of(seed => seed.Training?.Parameters).Mean), variant.Accuracy.Mean * 100))];
        for (int i = 0; i < shown.Length; i++)
        {
            Color color = shown[i] == results.Reference ? PlotStyle.Accent : PlotStyle.ColorOf(0);
            PlotStyle.ErrorBar(plot, points[i].X, points[i].Y, shown[i].Accuracy.Deviation * 100, color.WithAlpha(.5));
            plot.Add.Marker(points[i].X, points[i].Y, MarkerShape.FilledCircle, PlotStyle.MarkerSize, color);
        }

        plot.Axes.Margins(0.16, 0.14);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        IReadOnlyList<LabelPlace> places = LabelPlaces.Of(
            [.. shown.Select(variant => variant.Variant.Name)],
            [.. points.Select(point => ((point.X - limits.Left) / limits.HorizontalSpan * PlotStyle.Width * 0.86, (limits.Top - point.Y) / limits.VerticalSpan * PlotStyle.Height * 0.74))],
            FontSize);
        for (int i = 0; i < shown.Length; i++)
        {
            var label = plot.Add.Text(shown[i].Variant.Name, points[i].X, points[i].Y);
            label.LabelFontSize = FontSize;
            label.LabelFontColor = PlotStyle.Ink;
            label.LabelAlignment = places[i].Alignment;
            label.OffsetX = places[i].OffsetX;
            label.OffsetY = places[i].OffsetY;
        }

        double[] ticks = [.. Ticks(limits.Left, limits.Right)];
        PlotStyle.Name(plot.Axes.Bottom, ticks, [.. ticks.Select(tick => Numbers.Large(Math.Round(Math.Pow(10, tick))))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 4;
        plot.Axes.SetLimits(limits);
        PlotStyle.Save(plot, path);
    }

    // 1, 2 and 5 times the powers of ten, or the powers alone where those would be many.
    private static IEnumerable<double> Ticks(double left, double right)
    {
        double[] steps = right - left > 2 ? [1, 3] : [1, 2, 5];
        for (int power = (int)Math.Floor(left); power <= right; power++)
        {
            foreach (double tick in steps.Select(step => power + Math.Log10(step)).Where(tick => tick >= left && tick <= right))
            {
                yield return tick;
            }
        }
    }
}
