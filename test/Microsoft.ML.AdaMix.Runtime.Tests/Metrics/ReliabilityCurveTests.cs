using Microsoft.ML.AdaMix.Metrics;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Metrics;

[TestClass]
public sealed class ReliabilityCurveTests
{
    // Bins of a fifth: (0.2, 0.4] holds 0.3 and 0.4, one true: |1/2 − 0.35| = 0.15; (0.8, 1] holds 0.9, 0.9 and 1, two true:
    // |2/3 − 2.8/3| = 0.8/3. Together 2/5 · 0.15 + 3/5 · 0.8/3 = 0.06 + 0.16.
    [TestMethod]
    public void The_error_is_the_mean_distance_of_probability_and_share_of_the_bins()
    {
        ReliabilityCurve reliability = new([(0.3, true), (0.4, false), (0.9, true), (0.9, false), (1, true)], bins: 5);
        Assert.AreEqual(0.22, reliability.CalibrationError, 1e-12);
        CollectionAssert.AreEqual(new[] { 0, 2, 0, 0, 3 }, reliability.Bins.Select(bin => bin.Count).ToArray());
        Assert.AreEqual(0.35, reliability.Bins[1].Probability, 1e-12);
        Assert.AreEqual(0.5, reliability.Bins[1].Share);
        Assert.AreEqual((0.2, 0.4), (reliability.Bins[1].From, reliability.Bins[1].To));
    }

    [TestMethod]
    public void Empty_bins_count_nothing_and_have_no_share()
    {
        ReliabilityCurve reliability = new([(0.95, true)]);
        Assert.HasCount(15, reliability.Bins);
        Assert.AreEqual(0.05, reliability.CalibrationError, 1e-12);
        Assert.IsTrue(double.IsNaN(reliability.Bins[0].Share));
        Assert.IsTrue(double.IsNaN(new ReliabilityCurve([]).CalibrationError));
    }

    [TestMethod]
    [DataRow(0.0, true, 0, 1.0)]
    [DataRow(0.0, false, 0, 0.0)]
    [DataRow(1.0, true, 14, 0.0)]
    [DataRow(1.0, false, 14, 1.0)]
    public void Probabilities_of_0_and_1_are_in_the_first_and_the_last_bin(double probability, bool isTrue, int bin, double error)
    {
        ReliabilityCurve reliability = new([(probability, isTrue)]);
        Assert.AreEqual(1, reliability.Bins[bin].Count);
        Assert.AreEqual(error, reliability.CalibrationError);
    }
}
