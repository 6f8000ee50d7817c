using System.Globalization;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Names and shapes of the tensors that an encoder of a given configuration consists of.</summary>
internal static class EncoderTensors
{
    public const string Words = "embeddings.word_embeddings.weight";
    public const string Positions = "embeddings.position_embeddings.weight";
    public const string Types = "embeddings.token_type_embeddings.weight";
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>The map from embeddings to the hidden size, where they are narrower.</summary>
    public const string EmbeddingProjection = "embeddings.project";

    public const string Pooler = "pooler.dense";
    public const string PoolerWeight = Pooler + ".weight";
    public const string PoolerBias = Pooler + ".bias";

    public const string LayerStart = "encoder.layer.";

    /// <summary>What the names of tensors that several layers share begin with.</summary>
    public const string GroupStart = "encoder.group.";

    /// <summary>
    /// Canonical name and shape of every required tensor, in the order of the forward pass. The pooler is not among them.
    /// </summary>
    public static IEnumerable<(string Name, int[] Shape)> Required(EncoderConfig config)
    {
        FamilyDefinition family = config.Definition;
        return family.Embeddings(config)
            .Concat(Enumerable.Range(0, Sets(config)).SelectMany(index => family.Layer(config, index, SetPrefix(config, index))))
            .Concat(family.BesideLayers(config));
    }

    /// <summary>Shape of a required tensor by its name; null if there is none.</summary>
    public static int[]? Shape(EncoderConfig config, string tensor) => (SetIn(config, tensor) switch
    {
        null => config.Definition.Embeddings(config).Concat(config.Definition.BesideLayers(config)),
        { } index when index < Sets(config) => config.Definition.Layer(config, index, SetPrefix(config, index)),
        _ => [],
    }).FirstOrDefault(found => found.Name == tensor).Shape;

    /// <summary>Shape [out, in] of a layer's linear module by its name; null if there is none.</summary>
    public static int[]? LinearShape(EncoderConfig config, string module) =>
        SetIn(config, module) is not null && Shape(config, $"{module}.weight") is { Length: 2 } shape ? shape : null;

    /// <summary>Whether a module is one of <see cref="Sublayers"/>.</summary>
    public static bool IsSublayer(EncoderConfig config, string module) =>
        IndexIn(module, LayerStart) is { } layer && layer < config.Layers && OfSublayers(layer).Contains(module, StringComparer.Ordinal);

    /// <summary>
    /// Index of the layer that a tensor belongs to or stands next to: the embeddings count as the first layer, the pooler as the last, and
    /// what layers share as the first of them.
    /// </summary>
    public static int LayerOf(string tensor, EncoderConfig config) => SetIn(config, tensor) is { } index
        ? Enumerable.Range(0, config.Layers).First(layer => SetOf(config, layer) == index)
        : tensor.StartsWith("embeddings.", StringComparison.Ordinal) ? 0 : config.Layers - 1;

    /// <summary>Shapes [out, in] of the layers' linear modules, by the module's name.</summary>
    public static IEnumerable<KeyValuePair<string, int[]>> LinearModules(EncoderConfig config) => Required(config)
        .Where(tensor => tensor.Shape.Length == 2 && SetIn(config, tensor.Name) is not null)
        .Select(tensor => KeyValuePair.Create(tensor.Name[..^".weight".Length], tensor.Shape));

    /// <summary>Where a residual is added: after the attention and after the feed-forward of each layer.</summary>
    public static IEnumerable<string> Sublayers(EncoderConfig config) => Enumerable.Range(0, config.Layers).SelectMany(OfSublayers);

    /// <summary>
    /// What names begin with that belong to layer <paramref name="index"/> as a place, with the closing dot: its sub-layers, prefixes.
    /// </summary>
    public static string Layer(int index) => FormattableString.Invariant($"{LayerStart}{index}.");

    /// <summary>What the names of the tensors begin with that a layer computes with.</summary>
    public static string WeightsOf(EncoderConfig config, int layer) => SetPrefix(config, SetOf(config, layer));

    /// <summary>The LayerNorm behind one of <see cref="Sublayers"/>; null where norms stand before them.</summary>
    public static string? NormBehind(EncoderConfig config, string sublayer) =>
        !config.Definition.NormsFirst && IndexIn(sublayer, LayerStart) is { } layer
            ? $"{WeightsOf(config, layer)}{sublayer[Layer(layer).Length..]}.LayerNorm"
            : null;

    // How many sets of a layer's tensors there are: one a layer, or one a group of layers.
    private static int Sets(EncoderConfig config) => config.LayerGroups ?? config.Layers;

    private static int SetOf(EncoderConfig config, int layer) =>
        config.LayerGroups is { } groups ? (int)((long)layer * groups / config.Layers) : layer;

    private static string SetPrefix(EncoderConfig config, int index) =>
        FormattableString.Invariant($"{(config.LayerGroups is null ? LayerStart : GroupStart)}{index}.");

    private static int? SetIn(EncoderConfig config, string name) => IndexIn(name, config.LayerGroups is null ? LayerStart : GroupStart);

    private static string[] OfSublayers(int layer) => [$"{Layer(layer)}attention.output", $"{Layer(layer)}output"];

    // The index behind the start, written as it is written here; null if there is none.
    private static int? IndexIn(string name, string start) =>
        name.StartsWith(start, StringComparison.Ordinal)
        && name.IndexOf('.', start.Length) is > 0 and var end
        && int.TryParse(name.AsSpan()[start.Length..end], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && name.StartsWith(FormattableString.Invariant($"{start}{index}."), StringComparison.Ordinal)
            ? index
            : null;
}
