using System.Globalization;
using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Accuracy over the number of training rows, a line a variant, on a logarithmic axis.</summary>
internal static class RowsPlot
{
    // Of the axis, between the markers of neighbouring variants, so that their error bars do not cover each other.
    private const double Dodge = 0.008;

    private const int WidthOfLegend = 210;

    /// <param name="sizes">The same table at several numbers of rows of one data set.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<TableResults> sizes, string path)
    {
        TableResults[] ordered = [.. sizes.OrderBy(size => size.Setting.Rows)];
        Plot plot = PlotStyle.Create(ordered[0].Setting.Data.Name, "training rows (logarithmic)", "test accuracy (%)");
        double[] positions = [.. ordered.Select(size => Math.Log10(size.Setting.Rows ?? 1))];
        double span = Math.Max(0.3, positions[^1] - positions[0]);
        int variants = ordered[0].Variants.Count;
        for (int i = 0; i < variants; i++)
        {
            double shift = (i - ((variants - 1) / 2.0)) * Dodge * span;
            (double X, Summary Accuracy)[] points = [.. ordered.Select((size, at) => (positions[at] + shift, size.Variants[i].Accuracy))
                .Where(point => point.Accuracy.Count > 0)];
            if (points.Length == 0)
            {
                continue;
            }

            Color color = PlotStyle.ColorOf(i);
            foreach ((double x, Summary accuracy) in points)
            {
                PlotStyle.ErrorBar(plot, x, accuracy.Mean * 100, accuracy.Deviation * 100, color.WithAlpha(.6));
            }

            var line = plot.Add.Scatter(
                Array.ConvertAll(points, point => point.X), Array.ConvertAll(points, point => point.Accuracy.Mean * 100), color);
            line.LineWidth = PlotStyle.LineWidth;
            line.LinePattern = PlotStyle.PatternOf(i);
            line.MarkerShape = PlotStyle.ShapeOf(i);
            line.MarkerSize = PlotStyle.MarkerSize;
            line.LegendText = ordered[0].Variants[i].Variant.Name;
        }

        PlotStyle.Name(plot.Axes.Bottom, positions,
            [.. ordered.Select(size => (size.Setting.Rows ?? 0).ToString("N0", CultureInfo.InvariantCulture))]);
        plot.Axes.Margins(0.06, 0.08);
        plot.ShowLegend(Edge.Right);
        PlotStyle.Save(plot, path, width: PlotStyle.Width + WidthOfLegend);
    }
}
