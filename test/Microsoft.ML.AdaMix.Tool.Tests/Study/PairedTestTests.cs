using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class PairedTestTests
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

    // Student's sleep data (1908), with R's t.test(extra ~ group, paired = TRUE): t = -4.0621, df = 9, p = 0.002833,
    // 95 percent confidence interval: -2.4598858 -0.7001142.
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
        Assert.AreEqual(-2.4598858, test.Low, 5e-8);
        Assert.AreEqual(-0.7001142, test.High, 5e-8);
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
        PairedTest test = PairedTest.From(BySeed(differences), BySeed(new double[n]));
        Assert.AreEqual(0.05, test.P, 1e-5);
        Assert.AreEqual(0, test.Low, 1e-4 * error); // the interval just reaches 0 where p is 0.05
        Assert.AreEqual(2 * t * error, test.High, 1e-4 * error);
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

    [TestMethod]
    public void One_pair_has_no_interval_two_have_one_but_no_p_to_show_and_three_have_both()
    {
        Assert.IsFalse(PairedTest.From([0.01]).HasInterval);
        PairedTest two = PairedTest.From([0.01, 0.02]);
        Assert.IsTrue(two.HasInterval);
        Assert.AreEqual(12.7062 * 0.005, two.High - two.Difference, 1e-6); // wide: t of one degree of freedom
        Assert.IsTrue(double.IsNaN(two.ShownP));
        Assert.IsFalse(double.IsNaN(PairedTest.From([0.01, 0.02, 0.03]).ShownP));
    }

    [TestMethod]
    public void Differences_that_are_all_the_same_tell_no_spread_and_have_no_interval() =>
        Assert.IsFalse(PairedTest.From([0.01, 0.01, 0.01]).HasInterval);

    [TestMethod]
    public void The_interval_contains_the_mean_and_excludes_0_where_p_is_below_a_twentieth_in_whatever_order_the_pairs_come()
    {
        Random random = new(1);
        for (int round = 0; round < 500; round++)
        {
            double[] differences = [.. Enumerable.Range(0, random.Next(2, 12)).Select(_ => (random.NextDouble() * 0.2) - 0.08)];
            PairedTest test = PairedTest.From(differences);
            PairedTest turned = PairedTest.From([.. differences.Reverse()]);
            Assert.IsTrue(test.Low <= test.Difference && test.Difference <= test.High);
            Assert.AreEqual(test.P < 0.05, test.Low > 0 || test.High < 0);
            Assert.AreEqual(test.Low, turned.Low, 1e-12);
            Assert.AreEqual(test.P, turned.P, 1e-9);
        }
    }

    private static Dictionary<int, double> BySeed(double[] values) =>
        values.Select((value, index) => (value, index)).ToDictionary(pair => pair.index, pair => pair.value);
}
