using Microsoft.ML.AdaMix.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class LossQueueTests
{
    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    public void A_loss_that_is_not_finite_is_an_error_with_its_step_rate_and_the_remedy(float loss, string name)
    {
        using LossQueue queue = LossQueue.For(CPU);
        queue.Skip(10);
        queue.Add(tensor([0.5f, 0.25f]), 1e-3);
        CollectionAssert.AreEqual(new[] { (0.5f, 0.25f) }, queue.Read());
        queue.Add(tensor([0.4f, 0f]), 2e-3);
        queue.Add(tensor([loss, 0f]), 3e-3);
        string message = Assert.Throws<InvalidOperationException>(() => queue.Read()).Message;
        Assert.AreEqual(
            $"The training loss became {name} in step 13 at learning rate 0.003: training has diverged. Lower LearningRate, or raise "
            + "WarmupRatio.",
            message);
    }
}
