using System.Globalization;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Names and shapes of the tensors that an encoder of a given configuration consists of.</summary>
internal static class EncoderTensors
{
    public const string PoolerWeight = "pooler.dense.weight";
    public const string PoolerBias = "pooler.dense.bias";

    private const string LayerStart = "encoder.layer.";

    /// <summary>
    /// Canonical name and shape of every required tensor, in the order of the forward pass. The pooler is not among them.
    /// </summary>
    public static IEnumerable<(string Name, int[] Shape)> Required(EncoderConfig config) =>
        Embeddings(config).Concat(Enumerable.Range(0, config.Layers).SelectMany(layer => OfLayer(config, layer)));

    /// <summary>Shape of a required tensor by its name; null if there is none.</summary>
    public static int[]? Shape(EncoderConfig config, string tensor) => (LayerIn(tensor) switch
    {
        null => Embeddings(config),
        { } layer when layer < config.Layers => OfLayer(config, layer),
        _ => [],
    }).FirstOrDefault(found => found.Name == tensor).Shape;

    /// <summary>Shape [out, in] of a layer's linear module by its name; null if there is none.</summary>
    public static int[]? LinearShape(EncoderConfig config, string module) =>
        LayerIn(module) is not null && Shape(config, $"{module}.weight") is { Length: 2 } shape ? shape : null;

    /// <summary>Whether a module is one of <see cref="Sublayers"/>.</summary>
    public static bool IsSublayer(EncoderConfig config, string module) =>
        LayerIn(module) is { } layer && layer < config.Layers && OfSublayers(layer).Contains(module, StringComparer.Ordinal);

    /// <summary>
    /// Index of the layer that a tensor belongs to or stands next to: the embeddings count as the first layer, the pooler as the last.
    /// </summary>
    public static int LayerOf(string tensor, EncoderConfig config) => tensor.StartsWith("encoder.layer.", StringComparison.Ordinal)
        ? int.Parse(tensor.Split('.')[2], CultureInfo.InvariantCulture)
        : tensor.StartsWith("embeddings.", StringComparison.Ordinal) ? 0 : config.Layers - 1;

    /// <summary>Shapes [out, in] of the layers' linear modules, by the module's name.</summary>
    public static IEnumerable<KeyValuePair<string, int[]>> LinearModules(EncoderConfig config) => Required(config)
        .Where(tensor => tensor.Shape.Length == 2 && LayerIn(tensor.Name) is not null)
        .Select(tensor => KeyValuePair.Create(tensor.Name[..^".weight".Length], tensor.Shape));

    /// <summary>Where a residual is added and a LayerNorm follows: after the attention and after the feed-forward of each layer.</summary>
    public static IEnumerable<string> Sublayers(EncoderConfig config) => Enumerable.Range(0, config.Layers).SelectMany(OfSublayers);

    /// <summary>The prefix of layer <paramref name="index"/>'s tensors, with the closing dot.</summary>
    public static string Layer(int index) => FormattableString.Invariant($"{LayerStart}{index}.");

    private static IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config)
    {
        int hidden = config.HiddenSize;
        yield return ("embeddings.word_embeddings.weight", [config.VocabularySize, hidden]);
        yield return ("embeddings.position_embeddings.weight", [config.MaxPositions, hidden]);
        yield return ("embeddings.token_type_embeddings.weight", [config.TokenTypes, hidden]);
        yield return ("embeddings.LayerNorm.weight", [hidden]);
        yield return ("embeddings.LayerNorm.bias", [hidden]);
    }

    private static IEnumerable<(string Name, int[] Shape)> OfLayer(EncoderConfig config, int layer)
    {
        int hidden = config.HiddenSize;
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

    private static string[] OfSublayers(int layer) => [$"{Layer(layer)}attention.output", $"{Layer(layer)}output"];

    // The index behind "encoder.layer.", written as it is written here; null if there is none.
    private static int? LayerIn(string name) =>
        name.StartsWith(LayerStart, StringComparison.Ordinal)
        && name.IndexOf('.', LayerStart.Length) is > 0 and var end
        && int.TryParse(name.AsSpan()[LayerStart.Length..end], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
        && name.StartsWith(Layer(layer), StringComparison.Ordinal)
            ? layer
            : null;
}
