using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Methods;

[TestClass]
public sealed class LayerRangeTests
{
    private static readonly Dictionary<string, Func<Range, TuningMethod>> WithLayers = new(StringComparer.Ordinal)
    {
        ["adapter"] = layers => new AdapterTuning { Bottleneck = 4, Layers = layers },
        ["houlsby"] = layers => new AdapterTuning { Bottleneck = 4, Placement = AdapterPlacement.Houlsby, Layers = layers },
        ["pfeiffer"] = layers => new AdapterTuning { Bottleneck = 4, Placement = AdapterPlacement.Pfeiffer, Layers = layers },
        ["parallel"] = layers => new AdapterTuning { Bottleneck = 4, Placement = AdapterPlacement.Parallel, Layers = layers },
        ["lora"] = layers => new LoraTuning { Rank = 4, Layers = layers },
        ["ia3"] = layers => new Ia3Tuning { Layers = layers },
        ["prefix"] = layers => new PrefixTuning { Tokens = 3, Layers = layers },
    };

    private static IEnumerable<object[]> MethodsWithLayers => WithLayers.Keys.Select(method => (object[])[method]);

    [TestMethod]
    [DynamicData(nameof(MethodsWithLayers))]
    public void A_layer_range_leaves_the_layers_below_it_plain(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel upper = RandomModel.Create(WithLayers[method](^1..^0), 1, ExpertSharing.Up);
        int last = upper.Loaded.Config.Layers - 1;
        CollectionAssert.AreEqual(new[] { last }, upper.Classifier.Tuning.Tensors.Select(tensor => tensor.Layer).Distinct().ToArray());
        EncoderBatch batch = RandomModel.Batch(upper);
        Tensor[] tuned = [.. upper.Classifier.Encoder.AllStates(batch, upper.Classifier.Tuning.Bind(new MergedExperts(), null))];
        Tensor[] plain = [.. upper.Classifier.Encoder.AllStates(batch, NoTuning.Instance)];
        Assert.AreEqual(last, upper.Classifier.Tuning.FrozenLayers);
        if (method != "prefix") // a prefix moves the text's positions, below its layers too
        {
            Golden.AssertClose(plain[last].ToArray(), tuned[last].ToArray(), 0, "below the range");
        }

        CollectionAssert.AreNotEqual(plain[last + 1].ToArray(), tuned[last + 1].ToArray());
    }

    [TestMethod]
    public void A_layer_range_outside_the_encoder_is_refused_by_name()
    {
        Range layers = 1..(HuggingFaceFolder.ReadConfig(Reference.Golden("roberta")).Layers + 4);
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => ReferenceModel.Tuned("roberta", new LoraTuning { Layers = layers }, MixtureOptions.None));
        StringAssert.Contains(error.Message, $"Method.Layers is {layers}", StringComparison.Ordinal);
    }
}
