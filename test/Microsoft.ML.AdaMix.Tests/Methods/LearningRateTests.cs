using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tests.Methods;

[TestClass]
public class LearningRateTests
{
    private static readonly EncoderConfig Small = PretrainedEncoder.RobertaMini.ReadConfig();

    [TestMethod]
    public void An_adapter_whose_output_counts_four_times_learns_at_a_quarter_of_the_rate()
    {
        Assert.AreEqual(3e-3 / 4, new AdapterTuning { Placement = AdapterPlacement.Parallel }.LearningRate(Small, experts: 1), 1e-9);
        Assert.AreEqual(3e-3, new AdapterTuning { Scale = 0.5 }.LearningRate(Small, experts: 1), 1e-9);
        Assert.AreEqual(3e-3 / 2, new AdapterTuning { Scale = -2 }.LearningRate(Small, experts: 1), 1e-9);
    }

    [TestMethod]
    public void Lora_and_two_adapters_a_layer_learn_slower_where_no_experts_take_turns()
    {
        foreach (TuningMethod method in (TuningMethod[])[new LoraTuning(), new AdapterTuning { Placement = AdapterPlacement.Houlsby }])
        {
            Assert.AreEqual(1e-3, method.LearningRate(Small, experts: 1), 1e-9, method.Name);
            Assert.AreEqual(3e-3, method.LearningRate(Small, experts: 4), 1e-9, method.Name);
        }

        Assert.AreEqual(3e-3, new AdapterTuning().LearningRate(Small, experts: 1), 1e-9);
    }

    [TestMethod]
    public void The_larger_the_encoder_the_lower_the_rate()
    {
        EncoderConfig @base = Small with { HiddenSize = 768 };

        foreach (TuningMethod method in (TuningMethod[])[new AdapterTuning(), new LoraTuning(), new Ia3Tuning(), new FullFineTuning()])
        {
            Assert.IsGreaterThan(method.LearningRate(@base, experts: 1), method.LearningRate(Small, experts: 1), method.Name);
        }

        Assert.AreEqual(5e-4, new AdapterTuning().LearningRate(@base, experts: 4), 1e-9);
        Assert.AreEqual(3e-4, new AdapterTuning().LearningRate(Small with { HiddenSize = 1024 }, experts: 4), 1e-9);
    }
}
