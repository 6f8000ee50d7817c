using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tests.Tasks;

/// <summary>Calibration of scored rows that no model made, worked out by hand.</summary>
[TestClass]
public sealed class CalibrationTests
{
    private readonly MLContext _ml = new();

    // 0.7 right, 0.6 wrong: bins of their own, 1/2 · 0.3 + 1/2 · 0.6. Squares: 0.09 + 0.04 + 0.01 and 0.36 + 0.49 + 0.01.
    [TestMethod]
    public void Several_classes_are_judged_by_the_likeliest()
    {
        TaskCalibration found = Judge(new MulticlassTask(["a", "b", "c"]), _ml.Data.LoadFromEnumerable<ClassScores>([
            new() { Label = "b", Score = [0.2f, 0.7f, 0.1f] }, new() { Label = "b", Score = [0.6f, 0.3f, 0.1f] }]));
        Assert.AreEqual(0.45, found.Reliability.CalibrationError, 1e-6);
        Assert.AreEqual((0.14 + 0.86) / 2, found.BrierScore, 1e-6);
        Assert.AreEqual("Brier score (0 to 2)", found.Metrics[1].Title);
    }

    // 0.9 twice, once true, and 0.1 that is false: 2/3 · |1/2 − 0.9| + 1/3 · 0.1. Squares: 0.01, 0.81 and 0.01.
    [TestMethod]
    public void Two_classes_are_judged_by_the_probability_of_the_positive_one()
    {
        TaskCalibration found = new BinaryTask("yes", ["no"]).Calibration(_ml.Data.LoadFromEnumerable<BinaryScores>([
            new() { Label = true, Probability = 0.9f }, new() { Probability = 0.9f }, new() { Probability = 0.1f }]));
        Assert.AreEqual((2 * 0.4 / 3) + (0.1 / 3), found.Reliability.CalibrationError, 1e-6);
        Assert.AreEqual(0.83 / 3, found.BrierScore, 1e-6);
        Assert.AreEqual("Brier score (0 to 1)", found.Metrics[1].Title);
    }

    // Decisions 1 true, 0 false, 0.3 false, and, of a row without labels, 0.3 false: 1/2 · 0.3.
    [TestMethod]
    public void Every_label_of_every_row_is_a_decision()
    {
        TaskCalibration found = Judge(new MultiLabelTask(["a", "b"], ","), _ml.Data.LoadFromEnumerable<LabelScores>([
            new() { Label = ["a"], Score = [1, 0] }, new() { Label = [], Score = [0.3f, 0.3f] }]));
        Assert.AreEqual(4, found.Reliability.Count);
        Assert.AreEqual(0.15, found.Reliability.CalibrationError, 1e-6);
        Assert.AreEqual(0.045, found.BrierScore, 1e-6);
    }

    [TestMethod]
    public void Numbers_have_no_calibration() =>
        Assert.IsNull(new RegressionTask().Calibration(_ml.Data.LoadFromEnumerable<ClassScores>([])));

    private TaskCalibration Judge(LabelledTask task, IDataView scored) =>
        task.Calibration(task.Labels(_ml)!.Fit(scored).Transform(scored))!;

    private sealed class ClassScores
    {
        public string Label { get; set; } = "";

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class BinaryScores
    {
        public bool Label { get; set; }

        public float Probability { get; set; }
    }

    private sealed class LabelScores
    {
        public string[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
