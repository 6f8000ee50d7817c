using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Tasks;
using ScottPlot;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>
/// Reliability diagram: how often predictions come true that were made with some probability, and beside it how many there are of each.
/// </summary>
internal static class ReliabilityPlot
{
    private const int WidthOfPanel = 470;
    private const int Bottom = 58;
    private const int Left = 70;
    private const int Side = 24;
    private const int Top = 14; // half a label of the highest tick
    private const double Normal = 1.96; // standard errors of a 95 % range

    /// <param name="calibration">What is shown.</param>
    /// <param name="context">Of which model and rows.</param>
    /// <param name="path">The PNG file.</param>
    public static void Save(TaskCalibration calibration, string context, string path)
    {
        ReliabilityCurve reliability = calibration.Reliability;
        ReliabilityBin[] bins = [.. reliability.Bins.Where(bin => bin.Count > 0)];
        string axis = $"probability of {calibration.Of} (%)";
        Plot shares = PlotStyle.Create(axis, "how often it is so (%)");
        var diagonal = shares.Add.Line(0, 0, 100, 100);
        diagonal.LineColor = PlotStyle.Faint;
        diagonal.LinePattern = LinePattern.Dashed;
        foreach (ReliabilityBin bin in bins)
        {
            (double low, double high) = Interval(bin.Share, bin.Count);
            PlotStyle.Range(shares, bin.Probability * 100, [low * 100, high * 100], PlotStyle.Accent.WithAlpha(.6));
            shares.Add.Marker(bin.Probability * 100, bin.Share * 100, MarkerShape.FilledCircle, PlotStyle.MarkerSize, PlotStyle.Accent);
        }

        Plot counts = PlotStyle.Create(axis, "share of the predictions (%)");
        counts.Add.Bars(Array.ConvertAll(bins, bin => new Bar
        {
            Position = (bin.From + bin.To) * 50,
            Size = (bin.To - bin.From) * 100,
            Value = bin.Count * 100.0 / reliability.Count,
            FillColor = PlotStyle.Accent.WithAlpha(.6),
            LineColor = Colors.White,
        }));
        counts.Axes.AutoScale();
        Finish(shares, -2, 102);
        Finish(counts, 0, counts.Axes.GetLimits().Top);
        PlotSheet.Save(
            new PlotTitle(
                "Reliability",
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{context}; expected calibration error {reliability.CalibrationError * 100:F1} %"),
                $"Predictions in {reliability.Bins.Count} bins of equal width. Left: mean probability and share of a bin, with its 95 % "
                + "interval (Wilson); on the dashed line probabilities can be taken at their word, below it they promise too much. Right: "
                + "the share of all predictions that a bin has."),
            [(shares, WidthOfPanel), (counts, WidthOfPanel)], PlotStyle.Height, path);
    }

    /// <summary>Wilson's 95 % interval of a share, which has a width at 0 and 1 too.</summary>
    public static (double Low, double High) Interval(double share, int count)
    {
        double square = Normal * Normal / count;
        double middle = share + (square / 2);
        double reach = Normal * Math.Sqrt(((share * (1 - share)) + (square / 4)) / count);
        return (Math.Max(0, (middle - reach) / (1 + square)), Math.Min(1, (middle + reach) / (1 + square)));
    }

    private static void Finish(Plot plot, double bottom, double top)
    {
        plot.Axes.SetLimits(-2, 102, bottom, top);
        plot.Layout.Fixed(new PixelPadding(Left, Side, Bottom, Top));
    }
}
