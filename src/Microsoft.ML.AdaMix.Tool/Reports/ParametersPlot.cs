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
    private const double Apart = 0.024; // of the axis
    private const string Marks = "Point: mean over seeds. Upright line: from the lowest to the highest seed. Methods with nearly the same "
        + "number of parameters stand side by side.";

    public static void Save(TableResults results, string path)
    {
        VariantResult[] shown = [.. results.Variants.Where(variant => variant.Seeds.Any(seed => seed.Training is not null))];
        Plot plot = PlotStyle.Create("trained parameters (logarithmic)", "test accuracy (%)");
        double[] positions = SideBySide([.. shown.Select(
            variant => Math.Log10(variant.Summarize(seed => seed.Training?.Parameters).Mean))]);
        foreach ((VariantResult variant, double x) in shown.Zip(positions))
        {
            Look look = Look.Of(variant.Variant.Name);
            PlotStyle.Range(plot, x, [.. variant.Seeds.Select(seed => seed.Accuracy * 100)], look.Color.WithAlpha(.6));
            PlotStyle.Mark(plot, x, variant.Accuracy.Mean * 100, look).LegendText = variant.Variant.Name;
        }

        plot.Axes.Margins(0.06, 0.08);
        plot.Axes.AutoScale();
        AxisLimits limits = plot.Axes.GetLimits();
        double[] ticks = [.. Ticks(limits.Left, limits.Right)];
        PlotStyle.Name(plot.Axes.Bottom, ticks, [.. ticks.Select(tick => Numbers.Large(Math.Round(Math.Pow(10, tick))))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 4;
        plot.ShowLegend(Edge.Right);
        PlotSheet.Save(
            new PlotTitle("Accuracy against trained parameters", ResultsContext.Of(results), Marks),
            [(plot, PlotStyle.Width + WidthOfLegend)], PlotStyle.Height, path);
    }

    // Moves positions apart that are nearer to their neighbour than half a mark.
    private static double[] SideBySide(double[] positions)
    {
        double apart = positions.Length == 0 ? 0 : Math.Max(0.1, positions.Max() - positions.Min()) * Apart;
        int[] order = [.. Enumerable.Range(0, positions.Length).OrderBy(i => positions[i])];
        double[] moved = [.. positions];
        for (int first = 0, next; first < order.Length; first = next)
        {
            for (next = first + 1; next < order.Length && positions[order[next]] - positions[order[next - 1]] < apart / 2; next++)
            {
            }

            double middle = order[first..next].Average(i => positions[i]);
            for (int i = first; i < next && next - first > 1; i++)
            {
                moved[order[i]] = middle + ((i - first - ((next - first - 1) / 2.0)) * apart);
            }
        }

        return moved;
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
