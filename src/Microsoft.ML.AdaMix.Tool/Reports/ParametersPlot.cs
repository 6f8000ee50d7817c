using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Accuracy against trained parameters, a point a method, parameters on a logarithmic axis. Most methods are close together, so that names
/// stand in a legend.
/// </summary>
internal static class ParametersPlot
{
    private const int LeastWidthOfLegend = 130;
    private const int WidthOfCharacter = 7;
    private const string Marks = "Point: mean over seeds. Upright line: from the lowest to the highest seed. Marks may "
        + "cover others; the table has them all.";

    public static void Save(TableResults results, string path)
    {
        VariantResult[] shown = [.. results.Variants.Where(variant => variant.Seeds.Any(seed => seed.Training is not null))];
        Plot plot = PlotStyle.Create("trained parameters (logarithmic)", "test accuracy (%)");
        foreach (VariantResult variant in shown)
        {
            Look look = Look.Of(variant.Variant.Name);
            double x = Math.Log10(variant.Summarize(seed => seed.Training?.Parameters).Mean);
            PlotStyle.Range(plot, x, [.. variant.Seeds.Select(seed => seed.Accuracy * 100)], look.Color.WithAlpha(.6));
            PlotStyle.Mark(plot, x, variant.Accuracy.Mean * 100, look).LegendText = variant.Variant.Name;
        }

        PlotStyle.Fit(plot, leastWidth: 1, leastHeight: PlotStyle.LeastPoints); // of a decade there are three ticks
        AxisLimits limits = plot.Axes.GetLimits();
        double[] ticks = [.. Ticks(limits.Left, limits.Right)];
        PlotStyle.Name(plot.Axes.Bottom, ticks, [.. ticks.Select(tick => Numbers.Large(Math.Round(Math.Pow(10, tick))))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 4;
        plot.ShowLegend(Edge.Right);
        int longest = shown.Select(variant => variant.Variant.Name.Length).DefaultIfEmpty().Max();
        PlotSheet.Save(
            new PlotTitle("Accuracy against trained parameters", ResultsContext.Of(results), Marks),
            [(plot, PlotStyle.Width + Math.Max(LeastWidthOfLegend, longest * WidthOfCharacter))], PlotStyle.Height, path);
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
