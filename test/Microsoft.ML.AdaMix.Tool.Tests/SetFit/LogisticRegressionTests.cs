using Microsoft.ML.AdaMix.Tool.SetFit;

namespace Microsoft.ML.AdaMix.Tool.Tests.SetFit;

[TestClass]
public sealed class LogisticRegressionTests
{
    // scikit-learn 1.x, LogisticRegression() on [[0], [1], [2], [3]] and [0, 0, 1, 1]: coef_ and intercept_. With w the optimum of
    // sum log(1 + exp(-y (w x + b))) + w² / 2: b = -1.5 w by symmetry, and w = sigma(-w / 2) + 3 sigma(-3 w / 2).
    [TestMethod]
    public void Two_classes_have_the_optimum_of_one_vector()
    {
        LogisticRegression fitted = LogisticRegression.Fit([[0f], [1f], [2f], [3f]], [0, 0, 1, 1], 2, c: 1);
        double low = 0;
        double high = 10;
        for (int i = 0; i < 100; i++)
        {
            double w = (low + high) / 2;
            (low, high) = Sigmoid(-w / 2) + (3 * Sigmoid(-1.5 * w)) > w ? (w, high) : (low, w);
        }

        Assert.AreEqual(low, fitted.Weights[0, 1] - fitted.Weights[0, 0], 1e-5);
        Assert.AreEqual(-1.5 * low, fitted.Weights[1, 1] - fitted.Weights[1, 0], 1e-5);
        Assert.AreEqual(Sigmoid(1.5 * low), fitted.Probabilities([3f])[1], 1e-5);
    }

    [TestMethod]
    public void Several_classes_have_a_gradient_of_zero()
    {
        Random random = new(3);
        float[][] rows = [.. Enumerable.Range(0, 60).Select(
            row => Enumerable.Range(0, 5).Select(feature => (float)random.NextDouble() + (row % 3 == feature ? 0.5f : 0)).ToArray())];
        int[] classes = [.. Enumerable.Range(0, 60).Select(row => row % 3)];
        LogisticRegression fitted = LogisticRegression.Fit(rows, classes, 3, c: 0.5);
        double[][] errors = [.. rows.Select((row, index) => fitted.Probabilities(row).Select(
            (probability, at) => probability - (classes[index] == at ? 1 : 0)).ToArray())];
        for (int at = 0; at < 3; at++)
        {
            Assert.AreEqual(0, errors.Sum(error => error[at]), 1e-5, "intercepts are not penalised");
            for (int feature = 0; feature < 5; feature++)
            {
                double slope = Enumerable.Range(0, 60).Sum(row => errors[row][at] * rows[row][feature]);
                Assert.AreEqual(-fitted.Weights[feature, at] / 0.5, slope, 1e-5);
            }
        }
    }

    [TestMethod]
    public void Many_classes_and_features_come_to_an_end()
    {
        Random random = new(5);
        float[][] rows = [.. Enumerable.Range(0, 120).Select(
            row => Enumerable.Range(0, 96).Select(feature => (float)random.NextDouble() * (row % 40 == feature ? 3 : 1)).ToArray())];
        int[] classes = [.. Enumerable.Range(0, 120).Select(row => row % 40)];
        LogisticRegression fitted = LogisticRegression.Fit(rows, classes, 40, c: 1);
        Assert.IsGreaterThan(0.9, rows.Index().Average(row => fitted.Probabilities(row.Item).Index().MaxBy(p => p.Item).Index
            == classes[row.Index] ? 1.0 : 0));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
