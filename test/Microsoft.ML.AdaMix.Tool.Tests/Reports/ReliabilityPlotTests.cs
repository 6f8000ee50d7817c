using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Tool.Reports;
using Microsoft.ML.AdaMix.Tool.Tasks;
using SkiaSharp;

namespace Microsoft.ML.AdaMix.Tool.Tests.Reports;

[TestClass]
public sealed class ReliabilityPlotTests
{
    // Of 4 rows 3 are so, z² / n = 0.9604: (0.75 + 0.4802 ± 1.96 · √((0.1875 + 0.2401) / 4)) / 1.9604.
    [TestMethod]
    public void An_interval_of_a_share_has_a_width_also_at_its_ends()
    {
        (double low, double high) = ReliabilityPlot.Interval(0.75, 4);
        Assert.AreEqual(0.30064, low, 1e-5);
        Assert.AreEqual(0.95442, high, 1e-5);
        (low, high) = ReliabilityPlot.Interval(1, 4);
        Assert.AreEqual(1 / 1.9604, low, 1e-9);
        Assert.AreEqual(1, high);
    }

    [TestMethod]
    public void A_diagram_is_drawn_of_few_rows_and_of_certain_ones()
    {
        using TemporaryFolder folder = new();
        ReliabilityCurve[] curves = [new([(1, true)]), new([(0, false), (0.5, true), (1, true)])];
        foreach (ReliabilityCurve reliability in curves)
        {
            ReliabilityPlot.Save(new TaskCalibration("the likeliest class", reliability, 0), "a model", folder.At("plot.png"));
            using SKBitmap image = SKBitmap.Decode(folder.At("plot.png"));
            Assert.IsGreaterThanOrEqualTo(1200, image.Width);
        }
    }
}
