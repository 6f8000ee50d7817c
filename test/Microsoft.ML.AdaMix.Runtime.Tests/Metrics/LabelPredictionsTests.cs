using Microsoft.ML.AdaMix.Metrics;

namespace Microsoft.ML.AdaMix.Runtime.Tests.Metrics;

[TestClass]
public sealed class LabelPredictionsTests
{
    private static readonly float Nine = MathF.Log(9);

    // Four decisions that say 9 to 1, one of them wrong: 3 to 1 is what they are worth, at a temperature of ln 9 / ln 3 = 2.
    private static readonly LabelPredictions TooSure = new([Nine, Nine, -Nine, Nine], [1, 1, 0, 0]);

    [TestMethod]
    public void Temperature_loss_and_Brier_score_are_those_worked_out_by_hand()
    {
        Assert.AreEqual(2, TooSure.FitTemperature(), 1e-6);
        Assert.AreEqual(-((3 * Math.Log(0.9)) + Math.Log(0.1)) / 4, TooSure.LogLoss(), 1e-6);
        Assert.AreEqual(-((3 * Math.Log(0.75)) + Math.Log(0.25)) / 4, TooSure.LogLoss(TooSure.FitTemperature()), 1e-6);
        Assert.AreEqual(((3 * 0.01) + 0.81) / 4, TooSure.BrierScore(), 1e-6);
    }

    // Three say 0.9, of which 2/3 are there; one says 0.1 and is not there: 3/4 · |2/3 − 0.9| + 1/4 · 0.1.
    [TestMethod]
    public void Each_decision_is_a_prediction_of_its_own_that_the_label_is_there() =>
        Assert.AreEqual((0.75 * (0.9 - (2.0 / 3))) + 0.025, TooSure.Reliability().CalibrationError, 1e-6);

    [TestMethod]
    public void Decisions_that_are_all_right_all_wrong_or_say_nothing_have_a_temperature()
    {
        Assert.AreEqual(0.05, new LabelPredictions([2, -1], [1, 0]).FitTemperature());
        Assert.AreEqual(20, new LabelPredictions([2, -1], [0, 1]).FitTemperature());
        Assert.AreEqual(1, new LabelPredictions([0, 0], [0, 1]).FitTemperature());
    }

    [TestMethod]
    public void Probabilities_of_0_and_1_keep_their_place_and_give_a_finite_loss()
    {
        LabelPredictions right = LabelPredictions.FromProbabilities([(1, true), (0, false), (0.8, true), (0.8, false)]);
        Assert.AreEqual((0.04 + 0.64) / 4, right.BrierScore(), 1e-6);
        Assert.AreEqual(0.15, right.Reliability().CalibrationError, 1e-6);
        LabelPredictions wrong = LabelPredictions.FromProbabilities([(1, false), (0, true)]);
        Assert.IsTrue(double.IsFinite(wrong.LogLoss()));
        Assert.AreEqual(1, wrong.BrierScore(), 1e-6);
        Assert.AreEqual(1, wrong.Reliability().CalibrationError, 1e-6);
    }
}
