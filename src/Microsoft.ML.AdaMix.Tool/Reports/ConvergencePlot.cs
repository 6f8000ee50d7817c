using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Training loss over steps and validation accuracy over epochs, side by side (figure 7): means over seeds, with bands of a standard
/// deviation.
/// </summary>
internal static class ConvergencePlot
{
    private const int WidthOfPanel = 520;

    // Curves lie upon each other here, so that colours alone do not tell them apart.
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    public static void Save(TableResults results, string path)
    {
        Plot loss = PlotStyle.Create(results.Setting.Title, "training step", "training loss (cross entropy)");
        Plot accuracy = PlotStyle.Create(results.Setting.Title, "epoch", "validation accuracy (%)");
        TrainingTrace[] all = [.. results.Variants.SelectMany(TracesOf)];
        int bins = all.Length == 0 ? 0 : LossCurve.Bins(all);
        for (int i = 0; i < results.Variants.Count; i++)
        {
            TrainingTrace[] traces = [.. TracesOf(results.Variants[i])];
            if (traces.Length == 0)
            {
                continue;
            }

            string name = results.Variants[i].Variant.Name;
            (double[] Steps, double[] Losses)[] curves = Array.ConvertAll(traces, trace => LossCurve.Bin(trace, bins));
            AddBand(loss, curves[0].Steps, [.. curves.Select(curve => curve.Losses)], name, i, markers: false);
            int epochs = traces.Min(trace => trace.Validation.Count);
            AddBand(accuracy, [.. Enumerable.Range(1, epochs).Select(epoch => (double)epoch)],
                [.. traces.Select(trace => trace.Validation.Take(epochs).Select(value => value * 100).ToArray())], name, i, markers: true);
        }

        accuracy.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        loss.Axes.AutoScale();
        loss.Axes.SetLimitsY(0, loss.Axes.GetLimits().Top);
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        PlotStyle.SaveRow([loss, accuracy], path, WidthOfPanel);
    }

    private static IEnumerable<TrainingTrace> TracesOf(VariantResult variant) =>
        variant.Seeds.Select(seed => seed.Results[0].Trace).OfType<TrainingTrace>();

    private static void AddBand(Plot plot, double[] xs, IReadOnlyList<double[]> curves, string name, int index, bool markers)
    {
        Color color = PlotStyle.ColorOf(index);
        Summary[] summaries = [.. xs.Select((_, at) => Summary.From([.. curves.Select(curve => curve[at])]))];
        if (curves.Count > 1)
        {
            var band = plot.Add.FillY(xs, [.. summaries.Select(point => point.Mean - point.Deviation)],
                [.. summaries.Select(point => point.Mean + point.Deviation)]);
            band.FillColor = color.WithAlpha(.2);
            band.LineWidth = 0;
        }

        var line = plot.Add.Scatter(xs, [.. summaries.Select(point => point.Mean)], color);
        line.LineWidth = PlotStyle.LineWidth;
        line.LinePattern = Patterns[index % Patterns.Length];
        line.MarkerShape = markers ? PlotStyle.ShapeOf(index) : MarkerShape.None;
        line.MarkerSize = markers ? PlotStyle.MarkerSize : 0;
        line.LegendText = name;
    }
}
