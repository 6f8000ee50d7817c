namespace Microsoft.ML.AdaMix.Models;

/// <summary>Names and shapes of the tensors that an encoder of a given configuration consists of.</summary>
internal static class EncoderTensors
{
    public const string PoolerWeight = "pooler.dense.weight";
    public const string PoolerBias = "pooler.dense.bias";

    /// <summary>Canonical name and shape of every required tensor, in the order of the forward pass. The pooler is not among them.</summary>
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
            foreach (string projection in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
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

    public static bool IsFeedForward(string module, out int layer)
    {
        string[] parts = module.Split('.');
        layer = int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        return parts.Length == 4 && parts[3] == "output";
    }

    /// <summary>The prefix of layer <paramref name="index"/>'s tensors, with the closing dot.</summary>
    public static string Layer(int index) => FormattableString.Invariant($"encoder.layer.{index}.");
}
