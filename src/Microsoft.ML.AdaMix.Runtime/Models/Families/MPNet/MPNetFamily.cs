using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.MPNet;

/// <summary>MPNet: RoBERTa without token types, and a table of relative positions that every layer adds to its scores.</summary>
internal sealed class MPNetFamily : FamilyDefinition
{
    /// <summary>The table [buckets, heads].</summary>
    public const string RelativeTable = "encoder.relative_attention_bias.weight";

    // The code's own, whatever the configuration says.
    private const int Padding = 1;

    public override EncoderFamily Family => EncoderFamily.MPNet;

    public override string Title => "MPNet";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("mpnet", "MPNet")];

    public override IReadOnlyList<string> Prefixes => ["mpnet."];

    public override string OnlyName => "encoder.layer.0.attention.attn.q.";

    public override IReadOnlyList<string> ConfigKeys => [.. BertConfig.Keys, "relative_attention_num_buckets"];

    protected override IReadOnlyList<(string Stored, string Own)> InLayer =>
    [
        ("attention.attn.q", "attention.self.query"),
        ("attention.attn.k", "attention.self.key"),
        ("attention.attn.v", "attention.self.value"),
        ("attention.attn.o", "attention.output.dense"),
        ("attention.LayerNorm", "attention.output.LayerNorm"),
    ];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        int buckets = values.Whole("relative_attention_num_buckets", RelativeBuckets.Count, 1, EncoderConfigCheck.LargestSize);
        values.Refuse(
            buckets != RelativeBuckets.Count,
            $"relative_attention_num_buckets is {buckets}; Hugging Face's code computes with {RelativeBuckets.Count} whatever it says");
        return BertConfig.Read(Family, values, padding: 1, types: null);
    }

    public override JsonObject WriteConfig(EncoderConfig config)
    {
        JsonObject written = BertConfig.Write(config);
        written.Remove("type_vocab_size");
        written.Remove("position_embedding_type");
        written["relative_attention_num_buckets"] = RelativeBuckets.Count;
        return written;
    }

    public override int? PositionPadding(EncoderConfig config) => Padding;

    public override HeadShape Head(EncoderConfig config) =>
        new("classifier.dense", "classifier.out_proj", Activation.Tanh) { DropsInput = true };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) => BertTensors.Embeddings(config);

    public override IEnumerable<(string Name, int[] Shape)> BesideLayers(EncoderConfig config) =>
        [(RelativeTable, [RelativeBuckets.Count, config.Heads])];
}
