using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>Models with random adapters and heads; speed does not depend on the numbers.</summary>
internal static class ServingModels
{
    public const int Outputs = 2;
    private const int Bottleneck = 16;

    public static TunedModel Plain(LoadedEncoder encoder, int seed = 1)
    {
        int hidden = encoder.Config.HiddenSize;
        Random random = new(seed);
        HeadWeights head = new(
            Random(random, hidden, hidden), Random(random, hidden), Random(random, Outputs, hidden), Random(random, Outputs))
        {
            Norm = HeadWeights.HasNorm(encoder.Config, null) ? new HeadNorm(Random(random, hidden), Random(random, hidden)) : null,
        };
        return new TunedModel(encoder, EncoderEdits.None, head, new TextInput(128, SpecialTokensInText: false));
    }

    public static TunedModel WithAdapters(LoadedEncoder encoder, int seed = 1)
    {
        int hidden = encoder.Config.HiddenSize;
        Random random = new(seed);
        return Plain(encoder, seed) with
        {
            Edits =
            [
                .. Enumerable.Range(0, encoder.Config.Layers).Select(layer => new AdapterEdit(
                    EncoderTensors.Layer(layer) + "output", AdapterInput.Output,
                    Random(random, Bottleneck, hidden), Random(random, Bottleneck), Random(random, hidden, Bottleneck),
                    Random(random, hidden), Activation.Gelu)),
            ],
        };
    }

    private static HostTensor Random(Random random, params int[] shape) => HostTensor.Create(shape, StorageType.Float32, values =>
    {
        foreach (ref float value in values.Span)
        {
            value = (random.NextSingle() - 0.5f) * 0.07f;
        }
    });
}
