using System.Globalization;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Names and shapes of the tensors that an encoder of a given configuration consists of.</summary>
internal static class EncoderTensors
{
    public const string PoolerWeight = "pooler.dense.weight";
    public const string PoolerBias = "pooler.dense.bias";

    /// <summary>
    /// Canonical name and shape of every required tensor, in the order of the forward pass. The pooler is not among them.
    /// </summary>
    public static IEnumerable<(string Name, int[] Shape)> Required(EncoderConfig config)
    {
        int hidden = config.HiddenSize;
        yield return ("embeddings.word_embeddings.weight", [config.VocabularySize, hidden]);
        yield return ("embeddings.position_embeddings.weight", [config.MaxPositions, hidden]);
        yield return ("embeddings.token_type_embeddings.weight", [config.TokenTypes, hidden]);
        yield return ("embeddings.LayerNorm.weight", [hidden]);
        yield return ("embeddings.LayerNorm.bias", [hidden]);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string prefix = Layer(layer);
            foreach (string projection in (string[])[
                "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
            {
                yield return ($"{prefix}{projection}.weight", [hidden, hidden]);
                yield return ($"{prefix}{projection}.bias", [hidden]);
            }

            yield return ($"{prefix}attention.output.LayerNorm.weight", [hidden]);
            yield return ($"{prefix}attention.output.LayerNorm.bias", [hidden]);
            yield return ($"{prefix}intermediate.dense.weight", [config.IntermediateSize, hidden]);
            yield return ($"{prefix}intermediate.dense.bias", [config.IntermediateSize]);
            yield return ($"{prefix}output.dense.weight", [hidden, config.IntermediateSize]);
            yield return ($"{prefix}output.dense.bias", [hidden]);
            yield return ($"{prefix}output.LayerNorm.weight", [hidden]);
            yield return ($"{prefix}output.LayerNorm.bias", [hidden]);
        }
    }

    /// <summary>
    /// Index of the layer that a tensor belongs to or stands next to: the embeddings count as the first layer, the pooler as the last.
    /// </summary>
    public static int LayerOf(string tensor, EncoderConfig config) => tensor.StartsWith("encoder.layer.", StringComparison.Ordinal)
        ? int.Parse(tensor.Split('.')[2], CultureInfo.InvariantCulture)
        : tensor.StartsWith("embeddings.", StringComparison.Ordinal) ? 0 : config.Layers - 1;

    /// <summary>Shapes [out, in] of the layers' linear modules, by the module's name.</summary>
    public static Dictionary<string, int[]> LinearModules(EncoderConfig config) => Required(config)
        .Where(tensor => tensor.Shape.Length == 2 && tensor.Name.StartsWith("encoder.", StringComparison.Ordinal))
        .ToDictionary(tensor => tensor.Name[..^".weight".Length], tensor => tensor.Shape, StringComparer.Ordinal);

    /// <summary>Where a residual is added and a LayerNorm follows: after the attention and after the feed-forward of each layer.</summary>
    public static IEnumerable<string> Sublayers(EncoderConfig config) =>
        Enumerable.Range(0, config.Layers).SelectMany(layer => (string[])[$"{Layer(layer)}attention.output", $"{Layer(layer)}output"]);

    /// <summary>The prefix of layer <paramref name="index"/>'s tensors, with the closing dot.</summary>
    public static string Layer(int index) => FormattableString.Invariant($"encoder.layer.{index}.");
}
