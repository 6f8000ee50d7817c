using Microsoft.ML.AdaMix.Tool.Study;
using ScottPlot;
using ScottPlot.MultiplotLayouts;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Training loss over steps and validation accuracy over epochs, side by side (figure 7): means over seeds, with bands of a standard deviation.</summary>
internal static class ConvergencePlot
{
    public static void Save(TableResults results, string path)
    {
        Multiplot panels = new();
        panels.AddPlots(2);
        panels.Layout = new Columns();
        Plot loss = panels.GetPlot(0);
        Plot accuracy = panels.GetPlot(1);
        PlotStyle.Apply(loss, results.Setting.Title, "training step", "training loss (cross entropy)");
        PlotStyle.Apply(accuracy, results.Setting.Title, "epoch", "validation accuracy (%)");
        for (int i = 0; i < results.Variants.Count; i++)
        {
            TrainingTrace[] traces = [.. results.Variants[i].Seeds.Select(seed => seed.Results[0].Trace).OfType<TrainingTrace>()];
            if (traces.Length == 0)
            {
                continue;
            }

            string name = results.Variants[i].Variant.Name;
            int bins = LossCurve.Bins(traces);
            (double[] Steps, double[] Losses)[] curves = Array.ConvertAll(traces, trace => LossCurve.Of(trace, bins));
            AddBand(loss, curves[0].Steps, [.. curves.Select(curve => curve.Losses)], name, i, markers: false);
            int epochs = traces.Min(trace => trace.Validation.Count);
            AddBand(accuracy, [.. Enumerable.Range(1, epochs).Select(epoch => (double)epoch)], [.. traces.Select(trace => trace.Validation.Take(epochs).Select(value => value * 100).ToArray())], name, i, markers: true);
        }

        loss.Axes.AutoScale();
        loss.Axes.SetLimitsY(0, loss.Axes.GetLimits().Top);
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        panels.SavePng(path, 2 * PlotStyle.Width * PlotStyle.Scale * 4 / 5, PlotStyle.Height * PlotStyle.Scale);
    }

    private static void AddBand(Plot plot, double[] xs, IReadOnlyList<double[]> curves, string name, int index, bool markers)
    {
        Color color = PlotStyle.ColorOf(index);
        Summary[] summaries = [.. xs.Select((_, at) => Summary.Of([.. curves.Select(curve => curve[at])]))];
        if (curves.Count > 1)
        {
            var band = plot.Add.FillY(xs, [.. summaries.Select(point => point.Mean - point.Deviation)], [.. summaries.Select(point => point.Mean + point.Deviation)]);
            band.FillColor = color.WithAlpha(.2);
            band.LineWidth = 0;
        }

        var line = plot.Add.Scatter(xs, [.. summaries.Select(point => point.Mean)], color);
        line.LineWidth = PlotStyle.LineWidth;
        line.LinePattern = index == 0 ? LinePattern.Solid : LinePattern.Dashed;
        line.MarkerShape = markers ? PlotStyle.ShapeOf(index) : MarkerShape.None;
        line.MarkerSize = markers ? PlotStyle.MarkerSize : 0;
        line.LegendText = name;
    }
}
