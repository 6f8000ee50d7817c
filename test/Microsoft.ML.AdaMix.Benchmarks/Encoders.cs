using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>The encoders that are measured.</summary>
internal static class Encoders
{
    public static LoadedEncoder Mini() => PretrainedEncoder.RobertaMini.Load();

    /// <summary>
    /// RoBERTa-base's shape with random weights, and roberta-mini's tokenizer with its vocabulary: speed does not depend on the numbers.
    /// </summary>
    public static LoadedEncoder Base() => Random("roberta-base shape", hidden: 768, layers: 12);

    /// <summary>RoBERTa-large's shape, likewise.</summary>
    public static LoadedEncoder Large() => Random("roberta-large shape", hidden: 1024, layers: 24);

    /// <summary>Random weights of a given shape, likewise.</summary>
    public static LoadedEncoder Random(string name, int hidden, int layers)
    {
        EncoderConfig mini = Mini().Config;
        return Random(name, mini with { HiddenSize = hidden, Layers = layers, Heads = hidden / 64, IntermediateSize = 4 * hidden });
    }

    /// <summary>Random weights of a given configuration, likewise.</summary>
    public static LoadedEncoder Random(string name, EncoderConfig config)
    {
        Random random = new(1);
        Dictionary<string, HostTensor> weights = EncoderTensors.Required(config).ToDictionary(
            tensor => tensor.Name,
            tensor => HostTensor.Create(tensor.Shape, StorageType.Float32, values =>
            {
                bool norm = tensor.Name.EndsWith("norm.weight", StringComparison.OrdinalIgnoreCase);
                foreach (ref float value in values.Span)
                {
                    value = norm ? 1 : (random.NextSingle() - 0.5f) * 0.07f; // deviation 0.02
                }
            }),
            StringComparer.Ordinal);
        return new LoadedEncoder(name, config, weights, Mini().Tokenizer);
    }
}
