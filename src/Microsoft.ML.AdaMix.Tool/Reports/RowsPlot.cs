using System.Globalization;
using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Accuracy over the number of training rows, a line a variant, on a logarithmic axis.</summary>
internal static class RowsPlot
{
    // Of the axis, between the markers of neighbouring variants, so that their ranges do not cover each other.
    private const double Dodge = 0.008;

    private const int WidthOfLegend = 230;
    private const string Marks = "Point: mean over seeds. Upright line: from the lowest to the highest seed.";
    private const string AreNested = " Rows of a smaller number are among those of a larger one.";

    /// <param name="sizes">The same table at several numbers of rows of one data set.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<TableResults> sizes, string path)
    {
        TableResults[] ordered = [.. sizes.OrderBy(size => size.Setting.Rows)];
        Plot plot = PlotStyle.Create(
            $"training rows{(ordered[0].Setting.Data.RowsOfClass is null ? "" : " at most")} (logarithmic)", "test accuracy (%)");
        double[] positions = [.. ordered.Select(size => Math.Log10(size.Setting.Rows ?? 1))];
        double span = Math.Max(0.3, positions[^1] - positions[0]);
        int variants = ordered[0].Variants.Count;
        for (int i = 0; i < variants; i++)
        {
            double shift = (i - ((variants - 1) / 2.0)) * Dodge * span;
            (double X, VariantResult Result)[] points = [.. ordered.Select((size, at) => (positions[at] + shift, size.Variants[i]))
                .Where(point => point.Item2.Seeds.Count > 0)];
            if (points.Length == 0)
            {
                continue;
            }

            Look look = Look.Of(ordered[0].Variants[i].Variant.Name);
            foreach ((double x, VariantResult result) in points)
            {
                PlotStyle.Range(plot, x, [.. result.Seeds.Select(seed => seed.Accuracy * 100)], look.Color.WithAlpha(.6));
            }

            var line = plot.Add.Scatter(
                Array.ConvertAll(points, point => point.X), Array.ConvertAll(points, point => point.Result.Accuracy.Mean * 100),
                look.Color);
            line.LineWidth = PlotStyle.LineWidth;
            line.LinePattern = look.Line;
            line.MarkerShape = look.Shape;
            line.MarkerSize = PlotStyle.MarkerSize;
            line.LegendText = ordered[0].Variants[i].Variant.Name;
        }

        PlotStyle.Name(plot.Axes.Bottom, positions,
            [.. ordered.Select(size => (size.Setting.Rows ?? 0).ToString("N0", CultureInfo.InvariantCulture))]);
        PlotStyle.Fit(plot, leastWidth: 0, leastHeight: PlotStyle.LeastPoints);
        plot.ShowLegend(Edge.Right);
        PlotTitle title = new(ordered[0].Table.Title, $"{ordered[0].Setting.Data.Name}, {ResultsContext.Of(ordered)}",
            ordered[0].Table.Name == FewShotVariants.Name ? Marks : Marks + AreNested);
        PlotSheet.Save(title, [(plot, PlotStyle.Width + WidthOfLegend)], PlotStyle.Height, path);
    }
}
