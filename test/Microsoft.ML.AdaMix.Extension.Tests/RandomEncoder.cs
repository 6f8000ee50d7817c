using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Extension;

/// <summary>An encoder of two layers with random weights, and rows for it.</summary>
internal static class RandomEncoder
{
    public static LoadedEncoder Create(EncoderFamily family)
    {
        EncoderConfig config = new()
        {
            Family = family,
            VocabularySize = 50,
            HiddenSize = 16,
            Layers = 2,
            Heads = 4,
            IntermediateSize = 24,
            MaxPositions = 40,
            TokenTypes = family == EncoderFamily.Bert ? 2 : 1,
            PadTokenId = family == EncoderFamily.Bert ? 0 : 1,
            LayerNormEpsilon = 1e-5,
            HiddenActivation = Activation.Gelu,
        };
        Random random = new(1);
        Dictionary<string, HostTensor> weights = EncoderTensors.Required(config)
            .ToDictionary(tensor => tensor.Name, tensor => Random(random, tensor.Shape), StringComparer.Ordinal);
        TokenizerFiles none = new("none", new Dictionary<string, byte[]>(StringComparer.Ordinal));
        return new LoadedEncoder("random", config, weights, none);
    }

    /// <summary>Rows of random ids that are no padding, of the given lengths.</summary>
    public static TokenIds[] Rows(EncoderConfig config, params int[] lengths)
    {
        Random random = new(3);
        TokenIds Row(int length) => new([.. Enumerable.Range(0, length).Select(_ => random.Next(2, config.VocabularySize))], length);
        return Array.ConvertAll(lengths, Row);
    }

    private static HostTensor Random(Random random, int[] shape) => HostTensor.Create(shape, StorageType.Float32, memory =>
    {
        foreach (ref float value in memory.Span)
        {
            value = (random.NextSingle() - 0.5f) * 0.8f;
        }
    });
}
