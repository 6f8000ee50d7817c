using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>
/// What tells a family of encoders from the others, as plain data: its configuration, the names of its tensors, its head. How it computes
/// stands in the folders of the same name in the rooms of ONNX graphs and of torch networks.
/// </summary>
/// <remarks>
/// Tensors have one name here whatever the family: that of BERT. So methods, edits and saved models need not know families.
/// A family says how its checkpoints name them.
/// </remarks>
internal abstract class FamilyDefinition
{
    private static readonly LayerNames[] BertLayers = [new("encoder.layer.", ".", "encoder.layer.")];

    public static FamilyDefinition Of(EncoderFamily family) => EncoderFamilies.Of(family);

    public abstract EncoderFamily Family { get; }

    /// <summary>Its name for people.</summary>
    public abstract string Title { get; }

    /// <summary>
    /// By <c>model_type</c> what the names of Hugging Face's classes begin with. The first one is the family's own.
    /// </summary>
    public abstract IReadOnlyList<(string ModelType, string Class)> ModelTypes { get; }

    /// <summary>What the names of the base model's tensors begin with where a checkpoint has a head beside it.</summary>
    public abstract IReadOnlyList<string> Prefixes { get; }

    /// <summary>The beginning of a name that no other family has in its base model; null where there is none.</summary>
    public virtual string? OnlyName => null;

    /// <summary>The keys of <c>config.json</c> that it reads.</summary>
    public virtual IReadOnlyList<string> ConfigKeys => BertConfig.Keys;

    /// <summary>Reads a configuration, with Hugging Face's defaults for what it leaves out.</summary>
    /// <exception cref="InvalidDataException">A value is out of range, or says what is not supported.</exception>
    public abstract EncoderConfig ReadConfig(IConfigValues values);

    /// <summary>The way back: what <see cref="ReadConfig"/> reads, without <c>model_type</c>.</summary>
    public virtual JsonObject WriteConfig(EncoderConfig config) => BertConfig.Write(config);

    /// <summary>Whether the graph reads token types.</summary>
    public virtual bool ReadsTokenTypes(EncoderConfig config) => false;

    /// <summary>
    /// The id of tokens that are not counted for positions, which begin behind it; null where a token's position is its place.
    /// </summary>
    public virtual int? PositionPadding(EncoderConfig config) => null;

    /// <summary>Whether LayerNorms stand before the sub-layers, so that none follows them.</summary>
    public virtual bool NormsFirst => false;

    /// <summary>Whether the second feed-forward matrix reads a product of two halves.</summary>
    public virtual bool IsGated => false;

    /// <summary>Whether query and key matrices serve a table of relative positions too.</summary>
    public virtual bool ProjectsPositions => false;

    /// <summary>Whether the head reads the mean of all tokens.</summary>
    public virtual bool ReadsMean(EncoderConfig config) => false;

    /// <summary>The masked-LM head of its checkpoints; null where a template cannot be trained on it.</summary>
    public virtual LanguageHeadNames? LanguageHead => null;

    /// <summary>The classification head.</summary>
    public abstract HeadShape Head(EncoderConfig config);

    /// <summary>Own names and shapes of the embeddings' tensors, in the order of the forward pass.</summary>
    public abstract IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config);

    /// <summary>Tensors that all layers use.</summary>
    public virtual IEnumerable<(string Name, int[] Shape)> BesideLayers(EncoderConfig config) => [];

    /// <summary>A layer's tensors, or a group's.</summary>
    /// <param name="config">Says sizes.</param>
    /// <param name="index">Of the layer or group.</param>
    /// <param name="prefix">What their names begin with.</param>
    public virtual IEnumerable<(string Name, int[] Shape)> Layer(EncoderConfig config, int index, string prefix) =>
        BertTensors.Layer(config, prefix);

    /// <summary>How checkpoints name layers; the first one is that of a layer's tensors.</summary>
    protected virtual IReadOnlyList<LayerNames> Layers => BertLayers;

    /// <summary>Names within a layer that are not BERT's, stored and own; longer ones before what they begin with.</summary>
    protected virtual IReadOnlyList<(string Stored, string Own)> InLayer => [];

    /// <summary>Likewise of what is in no layer.</summary>
    protected virtual IReadOnlyList<(string Stored, string Own)> Outside => [];

    /// <summary>The own name of a tensor or module of a checkpoint, without prefix.</summary>
    public string OwnName(string stored)
    {
        foreach (LayerNames layers in Layers)
        {
            if (layers.FromStored(stored) is var (layer, rest))
            {
                return layer + Renamed(rest, InLayer);
            }
        }

        return Renamed(stored, Outside);
    }

    /// <summary>The way back, without prefix.</summary>
    public string StoredName(string own)
    {
        foreach (LayerNames layers in Layers)
        {
            if (layers.ToStored(own) is var (layer, rest))
            {
                return layer + Renamed(rest, InLayer.Select(name => (name.Own, name.Stored)));
            }
        }

        return Renamed(own, Outside.Select(name => (name.Own, name.Stored)));
    }

    // Whole parts between dots.
    private static string Renamed(string name, IEnumerable<(string From, string To)> names)
    {
        foreach ((string from, string to) in names)
        {
            if (name.StartsWith(from, StringComparison.Ordinal) && (name.Length == from.Length || name[from.Length] == '.'))
            {
                return string.Concat(to, name.AsSpan(from.Length));
            }
        }

        return name;
    }
}
