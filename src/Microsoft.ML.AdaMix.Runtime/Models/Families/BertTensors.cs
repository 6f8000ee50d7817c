namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>Names and shapes of tensors that most families have in common.</summary>
internal static class BertTensors
{
    /// <summary>Tables, their LayerNorm, and the map to the hidden size where the tables are narrower.</summary>
    /// <param name="config">Says sizes; where token types are 0 there is no such table.</param>
    /// <param name="hasPositions">Whether there is a table of positions.</param>
    /// <param name="isProjected">Whether there is that map.</param>
    /// <param name="normHasBias">Whether the LayerNorm has a bias.</param>
    public static IEnumerable<(string Name, int[] Shape)> Embeddings(
        EncoderConfig config, bool hasPositions = true, bool isProjected = false, bool normHasBias = true)
    {
        int width = config.EmbeddingWidth;
        yield return (EncoderTensors.Words, [config.VocabularySize, width]);
        if (hasPositions)
        {
            yield return (EncoderTensors.Positions, [config.MaxPositions, width]);
        }

        if (config.TokenTypes > 0)
        {
            yield return (EncoderTensors.Types, [config.TokenTypes, width]);
        }

        yield return ($"{EncoderTensors.EmbeddingNorm}.weight", [width]);
        if (normHasBias)
        {
            yield return ($"{EncoderTensors.EmbeddingNorm}.bias", [width]);
        }

        if (isProjected)
        {
            yield return ($"{EncoderTensors.EmbeddingProjection}.weight", [config.HiddenSize, width]);
            yield return ($"{EncoderTensors.EmbeddingProjection}.bias", [config.HiddenSize]);
        }
    }

    /// <summary>Attention and feed-forward, each with a LayerNorm behind it.</summary>
    public static IEnumerable<(string Name, int[] Shape)> Layer(EncoderConfig config, string prefix)
    {
        int hidden = config.HiddenSize;
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
