using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Training loss over steps and validation accuracy over epochs, side by side (figure 7): means over seeds, with
/// bands from the lowest to the highest of them.
/// </summary>
internal static class ConvergencePlot
{
    private const int WidthOfPanel = 520;

    private const string Marks = "Line: mean over seeds. Band: from the lowest to the highest seed.";

    public static void Save(TableResults results, string path)
    {
        Plot loss = PlotStyle.Create("training step", "training loss (cross entropy)");
        Plot accuracy = PlotStyle.Create("epoch", "accuracy on development rows (%)");
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
            AddBand(loss, curves[0].Steps, [.. curves.Select(curve => curve.Losses)], name, markers: false);
            int epochs = traces.Min(trace => trace.Validation.Count);
            AddBand(accuracy, [.. Enumerable.Range(1, epochs).Select(epoch => (double)epoch)],
                [.. traces.Select(trace => trace.Validation.Take(epochs).Select(value => value * 100).ToArray())], name, markers: true);
        }

        accuracy.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        loss.Axes.AutoScale();
        loss.Axes.SetLimitsY(0, loss.Axes.GetLimits().Top);
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        PlotSheet.Save(
            new PlotTitle(results.Table.Title, ResultsContext.Of(results), Marks), [(loss, WidthOfPanel), (accuracy, WidthOfPanel)],
            PlotStyle.Height, path);
    }

    private static IEnumerable<TrainingTrace> TracesOf(VariantResult variant) =>
        variant.Seeds.Select(seed => seed.Results[0].Trace).OfType<TrainingTrace>();

    private static void AddBand(Plot plot, double[] xs, IReadOnlyList<double[]> curves, string name, bool markers)
    {
        Look look = Look.Of(name);
        if (curves.Count > 1)
        {
            var band = plot.Add.FillY(xs, [.. xs.Select((_, at) => curves.Min(curve => curve[at]))],
                [.. xs.Select((_, at) => curves.Max(curve => curve[at]))]);
            band.FillColor = look.Color.WithAlpha(.2);
            band.LineWidth = 0;
        }

        var line = plot.Add.Scatter(xs, [.. xs.Select((_, at) => curves.Average(curve => curve[at]))], look.Color);
        line.LineWidth = PlotStyle.LineWidth;
        line.LinePattern = look.Line;
        line.MarkerShape = markers ? look.Shape : MarkerShape.None;
        line.MarkerSize = markers ? PlotStyle.MarkerSize : 0;
        line.LegendText = name;
    }
}
