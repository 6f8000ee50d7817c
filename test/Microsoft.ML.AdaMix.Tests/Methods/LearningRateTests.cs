using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tests.Methods;

[TestClass]
public class LearningRateTests
{
    private static readonly EncoderConfig Small = PretrainedEncoder.RobertaMini.ReadConfig();

    [TestMethod]
    public void An_adapter_whose_output_counts_four_times_learns_at_a_quarter_of_the_rate()
    {
        Assert.AreEqual(3e-3 / 4, TuningMethod.ParallelAdapters().LearningRate(Small), 1e-9);
        Assert.AreEqual(3e-3, new BottleneckAdapters { Scale = 0.5 }.LearningRate(Small), 1e-9);
        Assert.AreEqual(3e-3 / 2, new BottleneckAdapters { Scale = -2 }.LearningRate(Small), 1e-9);
    }

    [TestMethod]
    public void Small_encoders_learn_faster()
    {
        EncoderConfig large = Small with { HiddenSize = 768 };

        foreach (TuningMethod method in (TuningMethod[])[TuningMethod.Adapters(), TuningMethod.Lora(), TuningMethod.Ia3(), TuningMethod.FullFineTuning()])
        {
            Assert.IsGreaterThan(method.LearningRate(large), method.LearningRate(Small), method.Name);
        }
    }
}
