using Microsoft.ML.AdaMix.Trainers.Starting;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Trainers.Starting;

[TestClass]
public sealed class LinearDiscriminantTests
{
    // Two classes around (0, 0) and (4, 0), with within-class variances of 1 and 4 along the axes.
    private static readonly double[,] Points = { { -1, 2 }, { 1, -2 }, { -1, -2 }, { 1, 2 }, { 3, 2 }, { 5, -2 }, { 3, -2 }, { 5, 2 } };
    private static readonly long[] Classes = [0, 0, 0, 0, 1, 1, 1, 1];

    [TestMethod]
    public void Weights_are_the_shrunk_inverse_covariance_times_the_means_scaled_to_logits_of_one_deviation()
    {
        using DisposeScope scope = NewDisposeScope();
        LinearDiscriminant found = LinearDiscriminant.OfClasses(Features(Points), Members(Classes, 2), Equal(8))!;

        // Covariance diag(1, 4), half the way to 2.5: diag(1.75, 3.25). Means minus their mean: (-2, 0) and (2, 0). Logits before scaling
        // are -2 (x - 1) / 1.75 and 2 (x - 3) / 1.75 with x the first feature; their deviation over the 16 logits is found here by hand.
        double[] first = [.. Enumerable.Range(0, 8).Select(row => -2 * (Points[row, 0] - 1) / 1.75)];
        double[] second = [.. Enumerable.Range(0, 8).Select(row => 2 * (Points[row, 0] - 3) / 1.75)];
        double[] all = [.. first, .. second];
        double deviation = Math.Sqrt(all.Sum(logit => Math.Pow(logit - all.Average(), 2)) / (all.Length - 1)) / 0.3;
        float[] weight = found.Weight.Values.ToArray();
        Assert.AreEqual(-2 / 1.75 / deviation, weight[0], 1e-6);
        Assert.AreEqual(2 / 1.75 / deviation, weight[2], 1e-6);
        Assert.AreEqual(0, weight[1], 1e-6);
        Assert.AreEqual(0, weight[3], 1e-6);
        float[] bias = found.Bias.Values.ToArray();
        Assert.AreEqual(((2 / 1.75) + Math.Log(0.5)) / deviation, bias[0], 1e-6);
        Assert.AreEqual(((-6 / 1.75) + Math.Log(0.5)) / deviation, bias[1], 1e-6);
    }

    [TestMethod]
    public void A_frequent_class_is_favoured_by_the_logarithm_of_its_share_of_the_weight()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor heavy = tensor(new double[] { 3, 3, 3, 3, 1, 1, 1, 1 }).view(8, 1);
        LinearDiscriminant found = LinearDiscriminant.OfClasses(Features(Points), Members(Classes, 2), heavy)!;
        float[] weight = found.Weight.Values.ToArray();
        float[] bias = found.Bias.Values.ToArray();

        // Half the way between the means, at x = 2, the odds are those of the shares, on the scale of the weights: 1.75 is the variance.
        double odds = (2 * (weight[0] - weight[2])) + bias[0] - bias[1];
        Assert.AreEqual(Math.Log(3) * weight[2] * 1.75 / 2, odds, 1e-6);
    }

    [TestMethod]
    public void Rows_of_weight_zero_are_as_if_they_were_not_there_but_for_the_scale()
    {
        using DisposeScope scope = NewDisposeScope();
        double[,] more = new double[9, 2];
        Array.Copy(Points, more, Points.Length);
        (more[8, 0], more[8, 1]) = (50, -70);
        Tensor weights = tensor(new double[] { 1, 1, 1, 1, 1, 1, 1, 1, 0 }).view(9, 1);
        float[] expected = [.. LinearDiscriminant.OfClasses(Features(Points), Members(Classes, 2), Equal(8))!.Weight.Values.Span];
        float[] found = [.. LinearDiscriminant.OfClasses(Features(more), Members([.. Classes, 1], 2), weights)!.Weight.Values.Span];
        Assert.AreEqual(0, found[1], 1e-6);
        Assert.AreEqual(expected[0] / expected[2], found[0] / found[2], 1e-6);
    }

    [TestMethod]
    public void A_class_without_rows_is_favoured_as_the_rarest_and_tells_nothing()
    {
        using DisposeScope scope = NewDisposeScope();
        LinearDiscriminant found = LinearDiscriminant.OfClasses(Features(Points), Members(Classes, 3), Equal(8))!;
        CollectionAssert.AreEqual(new float[] { 0, 0 }, found.Weight.Values[4..].ToArray());
        Assert.AreEqual(Favoured(found), found.Bias.Values.Span[2], 1e-6);
        Assert.IsGreaterThan(0, found.Weight.Values.Span[2]);
    }

    [TestMethod]
    public void One_row_a_class_gives_the_nearest_of_them()
    {
        using DisposeScope scope = NewDisposeScope();
        double[,] points = { { 0, 0 }, { 4, 0 }, { 0, 6 } };
        LinearDiscriminant found = LinearDiscriminant.OfClasses(Features(points), Members([0, 1, 2], 3), Equal(3))!;
        (double X, double Y, int Class)[] asked = [(0.5, 0.5, 0), (1.9, 0, 0), (2.1, 0, 1), (0, 2.9, 0), (0, 3.1, 2), (9, 1, 1)];
        foreach ((double x, double y, int expected) in asked)
        {
            double[] logits = [.. Enumerable.Range(0, 3).Select(output => (found.Weight.Values.Span[2 * output] * x)
                + (found.Weight.Values.Span[(2 * output) + 1] * y) + found.Bias.Values.Span[output])];
            Assert.AreEqual(expected, logits.IndexOf(logits.Max()), $"{x} {y}");
        }
    }

    [TestMethod]
    public void Features_that_are_all_the_same_tell_nothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.IsNull(LinearDiscriminant.OfClasses(Features(new double[4, 2]), Members([0, 1, 0, 1], 2), Equal(4)));
        Assert.IsNull(LinearDiscriminant.OfLabels(Features(new double[4, 2]), Members([0, 1, 0, 1], 2), Equal(4)));
    }

    [TestMethod]
    public void Each_label_is_told_from_the_rows_without_it_and_one_that_all_or_none_have_starts_from_zero()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] labels = [.. Classes.SelectMany(own => new[] { own, 1.0, 0.0, 1 - own })]; // has it, all, none, has it not
        LinearDiscriminant found = LinearDiscriminant.OfLabels(Features(Points), tensor(labels).view(8, 4), Equal(8))!;
        float[] weight = found.Weight.Values.ToArray();
        float[] bias = found.Bias.Values.ToArray();
        Assert.IsGreaterThan(0, weight[0]);
        Assert.AreEqual(-2 * weight[0], bias[0], 1e-5); // half the way from 0 to 4
        Assert.AreEqual(weight[0], -weight[6], 1e-6);
        CollectionAssert.AreEqual(new float[4], weight[2..6]);
        Assert.AreEqual((0f, 0f), (bias[1], bias[2]));
    }

    // What two classes of half the rows each have in their bias beside half the way to the mean of all.
    private static double Favoured(LinearDiscriminant found) => Math.Log(0.5) * found.Weight.Values.Span[2] * 1.75 / 2;

    private static Tensor Features(double[,] points) => tensor(points);

    private static Tensor Equal(int rows) => ones(rows, 1, dtype: ScalarType.Float64);

    private static Tensor Members(long[] classes, int count) => nn.functional.one_hot(tensor(classes), count).to(ScalarType.Float64);
}
