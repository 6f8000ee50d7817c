using Microsoft.ML.AdaMix.Metrics;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Metrics;

[TestClass]
public sealed class ClassPredictionsTests
{
    private static readonly float Nine = MathF.Log(9);

    // Four rows that say 9 to 1 of which three are right: the loss is smallest where they say 3 to 1, at a temperature of ln 9 / ln 3 = 2.
    private static readonly ClassPredictions TooSure = new([Nine, 0, Nine, 0, 0, Nine, Nine, 0], [0, 0, 1, 1]);

    [TestMethod]
    public void The_temperature_makes_probabilities_as_large_as_the_share_that_is_right()
    {
        Assert.AreEqual(2, TooSure.FitTemperature(), 1e-6);
        Assert.AreEqual(0.75 - 0.9, -TooSure.Reliability().CalibrationError, 1e-6);
        Assert.AreEqual(0, TooSure.Reliability(temperature: 2).CalibrationError, 1e-6);
    }

    [TestMethod]
    public void Log_loss_and_Brier_score_are_those_worked_out_by_hand()
    {
        Assert.AreEqual(-((3 * Math.Log(0.9)) + Math.Log(0.1)) / 4, TooSure.LogLoss(), 1e-6);
        Assert.AreEqual(-((3 * Math.Log(0.75)) + Math.Log(0.25)) / 4, TooSure.LogLoss(temperature: 2), 1e-6);
        Assert.AreEqual(((3 * 0.02) + 1.62) / 4, TooSure.BrierScore(), 1e-6);
    }

    [TestMethod]
    public void No_other_temperature_has_a_smaller_loss()
    {
        Random random = new(1);
        float[] logits = [.. Enumerable.Range(0, 200 * 5).Select(_ => (float)((random.NextDouble() * 8) - 4))];
        int[] labels = [.. Enumerable.Range(0, 200).Select(row => random.Next(3) > 0 ? Best(logits, row) : random.Next(5))];
        ClassPredictions rows = new(logits, labels);
        double best = rows.FitTemperature();
        foreach (double factor in new[] { 0.5, 0.9, 0.99, 1.01, 1.1, 2 })
        {
            Assert.IsLessThan(rows.LogLoss(best * factor), rows.LogLoss(best));
        }
    }

    [TestMethod]
    public void Rows_that_are_all_right_and_rows_that_are_worse_than_chance_end_at_the_bounds()
    {
        Assert.AreEqual(0.05, new ClassPredictions([3, 0, 0, 1], [0, 1]).FitTemperature());
        Assert.AreEqual(20, new ClassPredictions([3, 0, 0, 1], [1, 0]).FitTemperature());
        Assert.AreEqual(0.05, new ClassPredictions([500, 0], [0]).FitTemperature());
        Assert.AreEqual(20, new ClassPredictions([500, 0], [1]).FitTemperature());
    }

    [TestMethod]
    public void Where_no_temperature_changes_anything_it_is_1()
    {
        Assert.AreEqual(1, new ClassPredictions([1, 1], [0]).FitTemperature()); // says nothing
        Assert.AreEqual(1, new ClassPredictions([1, 2], [0, 0]).FitTemperature()); // a single class
    }

    [TestMethod]
    public void Probabilities_do_as_logits_do_and_those_that_are_0_or_1_give_a_finite_loss()
    {
        ClassPredictions rows = ClassPredictions.FromProbabilities(
            [([0.9f, 0.1f], 0), ([0.9f, 0.1f], 0), ([0.1f, 0.9f], 1), ([0.9f, 0.1f], 1)]);
        Assert.AreEqual(2, rows.FitTemperature(), 1e-5);
        ClassPredictions sure = ClassPredictions.FromProbabilities([([1, 0], 0), ([1, 0], 1)]);
        Assert.AreEqual(-Math.Log(1e-37) / 2, sure.LogLoss(), 1e-3);
        Assert.AreEqual(1, sure.BrierScore(), 1e-12);
        Assert.AreEqual(0.5, sure.Reliability().CalibrationError, 1e-12);
        Assert.AreEqual(20, sure.FitTemperature());
    }

    private static int Best(float[] logits, int row) => Enumerable.Range(0, 5).MaxBy(i => logits[(row * 5) + i]);
}
