using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class StatisticsTests
{
    [TestMethod]
    public void The_deviation_is_that_of_a_sample()
    {
        Summary summary = Summary.From([2, 4, 4, 4, 5, 5, 7, 9]);
        Assert.AreEqual(5, summary.Mean, 1e-12);
        Assert.AreEqual(Math.Sqrt(32.0 / 7), summary.Deviation, 1e-12);
    }

    [TestMethod]
    public void One_value_has_a_mean_and_no_deviation()
    {
        Summary summary = Summary.From([0.9]);
        Assert.AreEqual(0.9, summary.Mean);
        Assert.IsTrue(double.IsNaN(summary.Deviation));
        Assert.IsTrue(double.IsNaN(Summary.From([]).Mean));
    }

    // Student's sleep data (1908), with R's t.test(extra ~ group, paired = TRUE): t = -4.0621, df = 9, p = 0.002833.
    [TestMethod]
    public void The_paired_t_test_agrees_with_r_on_students_sleep_data()
    {
        double[] first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        double[] second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        PairedTest test = PairedTest.From(BySeed(first), BySeed(second));
        Assert.AreEqual(10, test.Pairs);
        Assert.AreEqual(-1.58, test.Difference, 1e-9);
        Assert.AreEqual(-4.0621, test.T, 5e-5);
        Assert.AreEqual(0.002833, test.P, 5e-7);
    }

    // Quantiles of the t distribution from printed tables.
    [TestMethod]
    [DataRow(1, 12.7062)]
    [DataRow(2, 4.30265)]
    [DataRow(4, 2.77645)]
    [DataRow(30, 2.04227)]
    public void P_is_one_in_twenty_at_the_tabulated_quantiles(int freedom, double t)
    {
        // n differences of the mean m with the deviation 1: half at m + d, half at m - d; the quantile fixes m.
        int n = freedom + 1;
        double[] noise = [.. Enumerable.Range(0, n).Select(i => (double)i)];
        double mean = noise.Average();
        double error = Math.Sqrt(noise.Sum(value => (value - mean) * (value - mean)) / (n - 1) / n);
        double[] differences = [.. noise.Select(value => value - mean + (t * error))];
        Assert.AreEqual(0.05, PairedTest.From(BySeed(differences), BySeed(new double[n])).P, 1e-5);
    }

    [TestMethod]
    public void Only_seeds_that_both_sides_have_are_compared()
    {
        PairedTest test = PairedTest.From(new Dictionary<int, double> { [1] = 0.8, [2] = 0.9, [3] = 0.7 }, new Dictionary<int, double>
        {
            [2] = 0.8,
            [3] = 0.7,
            [4] = 0.1,
        });
        Assert.AreEqual(2, test.Pairs);
        Assert.AreEqual(0.05, test.Difference, 1e-12);
    }

    [TestMethod]
    public void P_is_one_for_no_difference_and_undefined_where_all_differences_are_the_same()
    {
        double[] values = [0.81, 0.82, 0.83];
        Assert.AreEqual(1, PairedTest.From(BySeed(values), BySeed(values)).P);
        Assert.IsTrue(double.IsNaN(PairedTest.From(BySeed(values), BySeed([0.8, 0.81, 0.82])).P));
        Assert.IsTrue(double.IsNaN(PairedTest.From(BySeed([0.9]), BySeed([0.8])).P));
    }

    private static Dictionary<int, double> BySeed(double[] values) =>
        values.Select((value, index) => (value, index)).ToDictionary(pair => pair.index, pair => pair.value);
}
