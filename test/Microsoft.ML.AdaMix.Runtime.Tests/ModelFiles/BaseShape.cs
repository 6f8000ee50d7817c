using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Scoring;

namespace Microsoft.ML.AdaMix.Runtime.Tests.ModelFiles;

/// <summary>
/// Models with the hidden size, layers, adapters and head of RoBERTa-base, from normal distributions of the usual deviations. Vocabulary
/// and feed-forward are small and all of the encoder's tensors lie in one memory, so that it takes 2 MB.
/// </summary>
internal static class BaseShape
{
    private const int Hidden = 768;
    private const int Bottleneck = 16;

    public static TunedModel Model(int adapterSeed, int outputs)
    {
        LoadedEncoder tiny = Classifiers.Model().Tuned.Encoder;
        EncoderConfig config = tiny.Config with { HiddenSize = Hidden, Layers = 12, Heads = 12, IntermediateSize = Bottleneck };
        Memory<float> shared = Normal(new Random(77), 0.05, Hidden, Hidden).Values;
        Memory<float> ones = HostTensor.From([Hidden], [.. Enumerable.Repeat(1f, Hidden)]).Values;
        LoadedEncoder encoder = new(
            "roberta-base shape",
            config,
            EncoderTensors.Required(config).ToDictionary(
                tensor => tensor.Name,
                tensor => new HostTensor(tensor.Shape,
                    (tensor.Name.EndsWith("LayerNorm.weight", StringComparison.Ordinal)
                        ? ones
                        : shared)[..tensor.Shape.Aggregate(1, (count, size) => count * size)]),
                StringComparer.Ordinal),
            tiny.Tokenizer);
        Random random = new(adapterSeed);
        EncoderEdits edits =
        [
            .. Enumerable.Range(0, config.Layers).Select(layer => new AdapterEdit(
                EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
                Normal(random, 0.03, Bottleneck, Hidden), Normal(random, 0.03, Bottleneck),
                Normal(random, 0.03, Hidden, Bottleneck), Normal(random, 0.03, Hidden), Activation.Gelu)),
        ];
        HeadWeights head = new(Normal(random, 0.03, Hidden, Hidden), Normal(random, 0.03, Hidden), Normal(random, 0.05, outputs, Hidden),
            Normal(random, 0.05, outputs));
        return new TunedModel(encoder, edits, head, new TextInput(config.MaxSequenceLength, SpecialTokensInText: false));
    }

    private static HostTensor Normal(Random random, double deviation, params int[] shape) =>
        HostTensor.Create(shape, StorageType.Float32, memory =>
    {
        foreach (ref float value in memory.Span)
        {
            value = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    });
}
