using MathNet.Numerics.Statistics;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>One violin: its name, the routes' accuracies, and the merged model's.</summary>
internal sealed record Violin(string Name, IReadOnlyList<double> Routes, double Merged);

/// <summary>How the accuracy of random routes spreads, against the merged model (figure 5).</summary>
internal static class ViolinPlot
{
    private const double HalfWidth = 0.36;
    private const int Outline = 100;
    private const int SlotWidth = 90;
    private const int CharacterWidth = 9;
    private const int WidthOfRest = 260;

    /// <param name="violins">The violins, from left to right.</param>
    /// <param name="testRows">Accuracies are multiples of one over this.</param>
    /// <param name="title">The heading.</param>
    /// <param name="xTitle">What the violins' names are.</param>
    /// <param name="yTitle">What is shown, in per cent.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<Violin> violins, int testRows, string title, string xTitle, string yTitle, string path)
    {
        Plot plot = PlotStyle.Create(title, xTitle, yTitle);
        for (int i = 0; i < violins.Count; i++)
        {
            Add(plot, violins[i], i, testRows);
        }

        var merged = plot.Add.Markers(violins.Select((violin, index) => new Coordinates(index, violin.Merged * 100)).ToArray(),
            MarkerShape.FilledCircle, 10, PlotStyle.Accent);
        merged.LegendText = "merged model";
        PlotStyle.Name(plot.Axes.Bottom, [.. violins.Select((_, index) => (double)index)], [.. violins.Select(violin => violin.Name)]);
        plot.Axes.Margins(0.05, 0.1);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(-0.6, violins.Count - 0.4);
        plot.ShowLegend(Edge.Right);
        int slot =
            Math.Max(SlotWidth, CharacterWidth * violins.Max(violin => violin.Name.Length)); // so that names do not run into each other
        PlotStyle.Save(plot, path, width: Math.Max(480, (slot * violins.Count) + WidthOfRest));
    }

    private static void Add(Plot plot, Violin violin, int position, int testRows)
    {
        double[] percent = [.. violin.Routes.Select(accuracy => accuracy * 100)];
        KernelDensity density = new(percent, 100.0 / testRows);
        (double low, double high) = density.Reach;
        double[] heights = [.. Enumerable.Range(0, Outline).Select(step => low + ((high - low) * step / (Outline - 1)))];
        double[] densities = Array.ConvertAll(heights, density.At);
        double largest = densities.Max();
        double[] widths = Array.ConvertAll(densities, value => value / largest * HalfWidth);
        Coordinates[] outline =
        [
            .. heights.Select((y, step) => new Coordinates(position + widths[step], y)),
            .. heights.Select((y, step) => new Coordinates(position - widths[step], y)).Reverse(),
        ];
        var shape = plot.Add.Polygon(outline);
        shape.FillColor = PlotStyle.ColorOf(0).WithAlpha(.3);
        shape.LineColor = PlotStyle.ColorOf(0);
        shape.LineWidth = 1.5f;
        shape.LegendText = position == 0 ? "random routes (density)" : "";

        var quartiles = plot.Add.Line(position, percent.LowerQuartile(), position, percent.UpperQuartile());
        quartiles.LineColor = PlotStyle.Ink;
        quartiles.LineWidth = 5;
        quartiles.LegendText = position == 0 ? "quartiles" : "";
        var median = plot.Add.Markers(new Coordinates[] { new(position, percent.Median()) }, MarkerShape.FilledCircle, 6, Colors.White);
        median.MarkerStyle.OutlineColor = PlotStyle.Ink;
        median.MarkerStyle.OutlineWidth = 1;
        median.LegendText = position == 0 ? "median" : "";
    }
}
