namespace Microsoft.ML.AdaMix.Tests.Options;

[TestClass]
public sealed class TrainingProgressTests
{
    [TestMethod]
    public void A_report_reads_as_a_line_for_a_person()
    {
        TrainingProgress report = new()
        {
            Epoch = 2,
            Epochs = 10,
            Step = 120,
            Steps = 600,
            Loss = 0.41826,
            RowsPerSecond = 312.44,
            Remaining = TimeSpan.FromSeconds(83),
        };
        Assert.AreEqual("epoch 2/10, step 120/600, loss 0.4183, 312.4 rows/s, 00:01:23 left", report.ToString());
        Assert.AreEqual(
            "epoch 2/10, step 120/600, loss 0.4183, consistency 0.0120, validation 0.9125, 312.4 rows/s, 00:01:23 left",
            (report with { ConsistencyLoss = 0.012, ValidationMetric = 0.9125 }).ToString());
    }
}
