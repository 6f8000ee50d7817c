using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.DebertaV2;

/// <summary>DeBERTa-v2 and -v3: no positions in the embeddings; each layer's scores read content and relative positions apart.</summary>
internal sealed class DebertaV2Family : FamilyDefinition
{
    /// <summary>The table of relative positions, [2 x buckets, hidden].</summary>
    public const string RelativeTable = "encoder.rel_embeddings.weight";

    /// <summary>Its LayerNorm.</summary>
    public const string RelativeNorm = "encoder.LayerNorm";

    private const string ContentToPosition = "c2p";
    private const string PositionToContent = "p2c";

    public override EncoderFamily Family => EncoderFamily.DebertaV2;

    public override string Title => "DeBERTa-v2";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("deberta-v2", "DebertaV2")];

    public override IReadOnlyList<string> Prefixes => ["deberta."];

    public override string OnlyName => "encoder.layer.0.attention.self.query_proj.";

    public override bool ProjectsPositions => true;

    public override IReadOnlyList<string> ConfigKeys =>
    [
        .. BertConfig.Keys, "relative_attention", "share_att_key", "pos_att_type", "position_buckets", "max_relative_positions",
        "position_biased_input", "norm_rel_ebd", "conv_kernel_size", "pooler_hidden_act", "pooler_hidden_size", "cls_dropout",
        "embedding_size", "attention_head_size",
    ];

    protected override IReadOnlyList<(string Stored, string Own)> InLayer =>
    [
        ("attention.self.query_proj", "attention.self.query"),
        ("attention.self.key_proj", "attention.self.key"),
        ("attention.self.value_proj", "attention.self.value"),
    ];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        RefuseOthers(values);
        EncoderConfig config = BertConfig.Read(Family, values, epsilon: 1e-7, types: null);
        foreach (string size in (string[])["pooler_hidden_size", "embedding_size"])
        {
            int found = values.Whole(size, config.HiddenSize, 1, EncoderConfigCheck.LargestSize);
            values.Refuse(found != config.HiddenSize, $"{size} is {found}, and hidden_size is {config.HiddenSize}");
        }

        int head = values.Whole("attention_head_size", config.HeadSize, 1, EncoderConfigCheck.LargestSize);
        values.Refuse(
            head * config.Heads != config.HiddenSize, $"attention_head_size {head} does not make hidden_size {config.HiddenSize}");
        int farthest = values.Whole("max_relative_positions", -1, -1, EncoderConfigCheck.LargestSize);
        farthest = farthest < 1 ? config.MaxPositions : farthest;
        int buckets = Math.Max(0, values.Whole("position_buckets", -1, -1, EncoderConfigCheck.LargestSize));
        values.Refuse(
            buckets is 1 or > 0 && farthest <= (buckets / 2) + 1, $"position_buckets {buckets} do not fit the distance {farthest}");
        string[] terms = Terms(values);
        return config with
        {
            HeadActivation = values.Activation("pooler_hidden_act", "gelu"),
            ClassifierDropout = values["cls_dropout"] is null
                ? null
                : values.Number("cls_dropout", 0, 0, EncoderConfigCheck.LargestDropout),
            Disentangled = new DisentangledPositions(
                buckets,
                farthest,
                terms.Contains(ContentToPosition, StringComparer.Ordinal),
                terms.Contains(PositionToContent, StringComparer.Ordinal),
                (values.Text("norm_rel_ebd", "none") ?? string.Empty).Contains("layer_norm", StringComparison.Ordinal)),
        };
    }

    public override JsonObject WriteConfig(EncoderConfig config)
    {
        DisentangledPositions positions = config.Disentangled!;
        JsonObject written = BertConfig.Write(config);
        written.Remove("classifier_dropout");
        written.Remove("position_embedding_type");
        written["relative_attention"] = true;
        written["share_att_key"] = true;
        written["pos_att_type"] = string.Join('|', Terms(positions));
        written["position_buckets"] = positions.Buckets == 0 ? -1 : positions.Buckets;
        written["max_relative_positions"] = positions.Farthest;
        written["position_biased_input"] = false;
        written["norm_rel_ebd"] = positions.IsNormalized ? "layer_norm" : "none";
        written["pooler_hidden_act"] = ActivationNames.Of(config.HeadActivation!.Value);
        written["pooler_hidden_size"] = config.HiddenSize;
        written["pooler_dropout"] = 0;
        written["cls_dropout"] = config.ClassifierDropout;
        return written;
    }

    // DeBERTa's pooler is part of the head, not of the encoder.
    public override HeadShape Head(EncoderConfig config) =>
        new(EncoderTensors.Pooler, "classifier", config.HeadActivation ?? Activation.Gelu);

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) =>
        BertTensors.Embeddings(config, hasPositions: false);

    public override IEnumerable<(string Name, int[] Shape)> BesideLayers(EncoderConfig config)
    {
        yield return (RelativeTable, [config.Disentangled!.Rows, config.HiddenSize]);
        if (config.Disentangled.IsNormalized)
        {
            yield return ($"{RelativeNorm}.weight", [config.HiddenSize]);
            yield return ($"{RelativeNorm}.bias", [config.HiddenSize]);
        }
    }

    private static void RefuseOthers(IConfigValues values)
    {
        values.Refuse(!values.Flag("relative_attention"), "relative_attention is not true");
        values.Refuse(
            !values.Flag("share_att_key"),
            "share_att_key is not true: positions have matrices of their own, as in DeBERTa of the first version");
        values.Refuse(values.Flag("position_biased_input", true), "position_biased_input is not false: embeddings have positions");
        values.Refuse(
            values.Whole("conv_kernel_size", 0, 0, EncoderConfigCheck.LargestSize) > 0,
            "conv_kernel_size says that it has a convolution, as deberta-v2-xlarge and -xxlarge; take a DeBERTa-v3");
        values.Refuse(
            values["type_vocab_size"] is not null && values.Whole("type_vocab_size", 0, 0, EncoderConfigCheck.LargestSize) > 0,
            "type_vocab_size is not 0");
    }

    // A list, or words with bars between.
    private static string[] Terms(IConfigValues values)
    {
        string[] terms = values["pos_att_type"] switch
        {
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(term => term.ToString())],
            { ValueKind: JsonValueKind.String } text => text.GetString()!.ToLowerInvariant()
                .Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _ => [],
        };
        string? other = terms.FirstOrDefault(term => term is not (ContentToPosition or PositionToContent));
        values.Refuse(other is not null, $"pos_att_type has '{other}'; read are '{ContentToPosition}' and '{PositionToContent}'");
        return terms;
    }

    private static IEnumerable<string> Terms(DisentangledPositions positions)
    {
        if (positions.PositionToContent)
        {
            yield return PositionToContent;
        }

        if (positions.ContentToPosition)
        {
            yield return ContentToPosition;
        }
    }
}
