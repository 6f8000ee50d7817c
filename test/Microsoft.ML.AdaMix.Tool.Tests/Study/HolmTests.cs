using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class HolmTests
{
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
    [TestMethod]
    public void The_correction_agrees_with_r()
    {
        double[] corrected = Holm.Correct([0.01, 0.04, 0.03, 0.005]);
        double[] expected = [0.03, 0.06, 0.06, 0.02];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], corrected[i], 1e-12);
        }
    }

    [TestMethod]
    public void What_has_no_p_is_no_comparison_of_the_family()
    {
        double[] corrected = Holm.Correct([double.NaN, 0.02, double.NaN, 0.5]);
        Assert.IsTrue(double.IsNaN(corrected[0]));
        Assert.AreEqual(0.04, corrected[1], 1e-12);
        Assert.AreEqual(0.5, corrected[3], 1e-12);
        Assert.IsEmpty(Holm.Correct([]));
    }

    [TestMethod]
    public void Corrected_values_keep_the_order_are_never_smaller_and_at_most_1()
    {
        foreach (double[] p in Families())
        {
            double[] corrected = Holm.Correct(p);
            int[] order = [.. Enumerable.Range(0, p.Length).OrderBy(i => p[i])];
            Assert.IsTrue(p.Zip(corrected).All(pair => pair.Second >= pair.First && pair.Second <= 1));
            Assert.IsTrue(order.Zip(order.Skip(1)).All(next => corrected[next.First] <= corrected[next.Second]));
        }
    }

    [TestMethod]
    public void The_order_of_the_comparisons_does_not_matter()
    {
        foreach (double[] p in Families())
        {
            CollectionAssert.AreEqual(Holm.Correct(p).Reverse().ToArray(), Holm.Correct([.. p.Reverse()]));
        }
    }

    private static IEnumerable<double[]> Families()
    {
        Random random = new(1);
        return Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.NextDouble()).ToArray());
    }
}
