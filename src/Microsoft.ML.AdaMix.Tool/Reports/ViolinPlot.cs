using MathNet.Numerics.Statistics;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>One violin: its name, the routes' accuracies, and the merged model's.</summary>
internal sealed record Violin(string Name, IReadOnlyList<double> Routes, double Merged)
{
    /// <summary>Fewer values than this are drawn as points, as a density of them would be made up.</summary>
    public const int Fewest = 10;

    private const int Steps = 100;

    public bool IsDrawn => Routes.Count >= Fewest;

    /// <summary>Heights and half widths of its outline, the widest 1. It ends at the lowest and at the highest value.</summary>
    /// <param name="resolution">Smallest difference between two values.</param>
    public IReadOnlyList<(double Height, double Width)> Outline(double resolution)
    {
        KernelDensity density = new(Routes, resolution);
        (double low, double high) = density.Range;
        double[] heights = [.. Enumerable.Range(0, Steps).Select(step => low + ((high - low) * step / (Steps - 1)))];
        double[] densities = Array.ConvertAll(heights, density.At);
        double largest = densities.Max();
        return [.. heights.Zip(densities, (height, value) => (height, value / largest))];
    }
}

/// <summary>How the accuracy of random routes spreads, against the merged model (figure 5).</summary>
internal static class ViolinPlot
{
    private const double HalfWidth = 0.36;
    private const int SlotWidth = 90;
    private const int CharacterWidth = 9;
    private const int WidthOfRest = 280;
    private const string Marks =
        "The violin is a density between the lowest and the highest route. Routes of one training are no independent trainings.";
    private const string MarksOfPoints = "Routes of one training are no independent trainings.";

    /// <param name="violins">The violins, from left to right.</param>
    /// <param name="testRows">Accuracies are multiples of one over this.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="xTitle">What the violins' names are.</param>
    /// <param name="yTitle">What is shown, in per cent.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<Violin> violins, int testRows, PlotTitle title, string xTitle, string yTitle, string path)
    {
        // Names must not run into each other.
        int slot = Math.Max(SlotWidth, CharacterWidth * violins.Max(violin => violin.Name.Length));
        int width = Math.Max(560, (slot * violins.Count) + WidthOfRest);
        Plot plot = PlotStyle.Create(xTitle, yTitle);
        bool explained = false;
        for (int i = 0; i < violins.Count; i++)
        {
            if (violins[i].IsDrawn)
            {
                AddViolin(plot, violins[i], i, 1.0 / Math.Max(1, testRows), explained);
                explained = true;
            }
            else
            {
                AddPoints(plot, violins[i], i);
            }
        }

        Look look = Look.Of("merged (AdaMix)");
        var merged = plot.Add.Markers(violins.Select((violin, index) => new Coordinates(index, violin.Merged * 100)).ToArray(),
            look.Shape, 10, look.Color);
        merged.LegendText = "merged model";
        PlotStyle.Name(plot.Axes.Bottom, [.. violins.Select((_, index) => (double)index)], [.. violins.Select(violin => violin.Name)]);
        PlotStyle.Fit(plot, leastWidth: 0, leastHeight: PlotStyle.LeastPoints);
        plot.Axes.SetLimitsX(-0.6, violins.Count - 0.4);
        plot.ShowLegend(Edge.Right);
        PlotSheet.Save(
            title with { Marks = violins.Any(violin => violin.IsDrawn) ? Marks : MarksOfPoints }, [(plot, width)], PlotStyle.Height, path);
    }

    private static void AddViolin(Plot plot, Violin violin, int position, double resolution, bool explained)
    {
        IReadOnlyList<(double Height, double Width)> outline = violin.Outline(resolution);
        var shape = plot.Add.Polygon((Coordinates[])
        [
            .. outline.Select(point => new Coordinates(position + (point.Width * HalfWidth), point.Height * 100)),
            .. outline.Reverse().Select(point => new Coordinates(position - (point.Width * HalfWidth), point.Height * 100)),
        ]);
        Color color = Look.Of("random route").Color;
        shape.FillColor = color.WithAlpha(.3);
        shape.LineColor = color;
        shape.LineWidth = 1.5f;
        shape.LegendText = explained ? "" : "random routes (density)";

        double[] percent = [.. violin.Routes.Select(accuracy => accuracy * 100)];
        var quartiles = plot.Add.Line(position, percent.LowerQuartile(), position, percent.UpperQuartile());
        quartiles.LineColor = PlotStyle.Ink;
        quartiles.LineWidth = 5;
        quartiles.LegendText = explained ? "" : "lower to upper quartile";
        var median = plot.Add.Markers(new Coordinates[] { new(position, percent.Median()) }, MarkerShape.FilledCircle, 6, Colors.White);
        median.MarkerStyle.OutlineColor = PlotStyle.Ink;
        median.MarkerStyle.OutlineWidth = 1;
        median.LegendText = explained ? "" : "median";
    }

    private static void AddPoints(Plot plot, Violin violin, int position)
    {
        Look look = Look.Of("random route");
        var points = plot.Add.Markers(violin.Routes.Select(accuracy => new Coordinates(position, accuracy * 100)).ToArray(),
            MarkerShape.OpenCircle, PlotStyle.MarkerSize, look.Color);
        points.LegendText = position == 0 ? "random routes" : "";
    }
}
