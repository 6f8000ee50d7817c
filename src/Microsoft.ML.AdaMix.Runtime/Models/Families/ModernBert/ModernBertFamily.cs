using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.ModernBert;

/// <summary>ModernBERT: norms before the sub-layers, rotary positions, local layers, a gated feed-forward, no biases.</summary>
internal sealed class ModernBertFamily : FamilyDefinition
{
    /// <summary>What names of the base model begin with.</summary>
    public const string Prefix = "model.";

    /// <summary>Queries, keys and values as one matrix, [3 hidden, hidden].</summary>
    public const string Projections = "attention.self.qkv";

    /// <summary>The norm before the attention, which the first layer has not.</summary>
    public const string AttentionNorm = "attention.LayerNorm";

    /// <summary>The norm before the feed-forward.</summary>
    public const string FeedForwardNorm = "intermediate.LayerNorm";

    /// <summary>The norm behind the last layer.</summary>
    public const string FinalNorm = "encoder.LayerNorm";

    private static readonly string[] Biases = ["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"];

    public override EncoderFamily Family => EncoderFamily.ModernBert;

    public override string Title => "ModernBERT";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("modernbert", "ModernBert")];

    public override IReadOnlyList<string> Prefixes => [Prefix];

    public override string OnlyName => "layers.0.attn.Wqkv.";

    public override bool NormsFirst => true;

    public override bool IsGated => true;

    public override IReadOnlyList<string> ConfigKeys =>
    [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings",
        "pad_token_id", "norm_eps", "hidden_activation", "classifier_activation", "classifier_pooling", "classifier_dropout",
        "embedding_dropout", "mlp_dropout", "attention_dropout", "initializer_range", "local_attention", "global_attn_every_n_layers",
        "global_rope_theta", "local_rope_theta", "layer_types", "rope_parameters", "decoder_bias", .. Biases,
    ];

    protected override IReadOnlyList<LayerNames> Layers => [new("layers.", ".", EncoderTensors.LayerStart)];

    protected override IReadOnlyList<(string Stored, string Own)> InLayer =>
    [
        ("attn_norm", AttentionNorm),
        ("attn.Wqkv", Projections),
        ("attn.Wo", "attention.output.dense"),
        ("mlp_norm", FeedForwardNorm),
        ("mlp.Wi", "intermediate.dense"),
        ("mlp.Wo", "output.dense"),
        ("attn", "attention.output"),
        ("mlp", "output"),
    ];

    protected override IReadOnlyList<(string Stored, string Own)> Outside =>
    [
        ("embeddings.tok_embeddings", "embeddings.word_embeddings"),
        ("embeddings.norm", EncoderTensors.EmbeddingNorm),
        ("final_norm", FinalNorm),
    ];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        foreach (string bias in Biases)
        {
            values.Refuse(values.Flag(bias), $"{bias} is true; published ModernBERTs have no biases");
        }

        int vocabulary = values.Whole("vocab_size", null, 1, EncoderConfigCheck.MostTokens);
        int layers = values.Whole("num_hidden_layers", 22, 1, EncoderConfigCheck.MostLayers);
        double mlp = values.Number("mlp_dropout", 0, 0, EncoderConfigCheck.LargestDropout);
        values.Refuse(
            values.Number("embedding_dropout", 0, 0, EncoderConfigCheck.LargestDropout) != mlp,
            "embedding_dropout and mlp_dropout differ; one rate is read for both");
        string pooling = values.Text("classifier_pooling", "cls")!;
        values.Refuse(pooling is not ("cls" or "mean"), $"classifier_pooling is '{pooling}'; read are 'cls' and 'mean'");
        return new EncoderConfig
        {
            Family = Family,
            VocabularySize = vocabulary,
            HiddenSize = values.Whole("hidden_size", 768, 1, EncoderConfigCheck.LargestSize),
            Layers = layers,
            Heads = values.Whole("num_attention_heads", 12, 1, EncoderConfigCheck.LargestSize),
            IntermediateSize = values.Whole("intermediate_size", 1152, 1, EncoderConfigCheck.LargestSize),
            MaxPositions = values.Whole("max_position_embeddings", 8192, 1, EncoderConfigCheck.LargestSize),
            TokenTypes = 0,
            PadTokenId = values.Whole("pad_token_id", null, 0, vocabulary - 1),
            LayerNormEpsilon = values.Number("norm_eps", 1e-5, 0, 1),
            HiddenActivation = values.Activation("hidden_activation", "gelu"),
            HiddenDropout = mlp,
            AttentionDropout = values.Number("attention_dropout", 0, 0, EncoderConfigCheck.LargestDropout),
            ClassifierDropout = values.Number("classifier_dropout", 0, 0, EncoderConfigCheck.LargestDropout),
            InitializerRange = values.Number("initializer_range", 0.02, 0, EncoderConfigCheck.LargestInitializerRange),
            HeadActivation = values.Activation("classifier_activation", "gelu"),
            Rotary = ReadPositions(values, layers) with { ReadsMean = pooling == "mean" },
        };
    }

    public override JsonObject WriteConfig(EncoderConfig config)
    {
        RotaryPositions rotary = config.Rotary!;
        return new JsonObject
        {
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.HiddenSize,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = config.MaxPositions,
            ["pad_token_id"] = config.PadTokenId,
            ["norm_eps"] = config.LayerNormEpsilon,
            ["hidden_activation"] = ActivationNames.Of(config.HiddenActivation),
            ["classifier_activation"] = ActivationNames.Of(config.HeadActivation!.Value),
            ["classifier_pooling"] = rotary.ReadsMean ? "mean" : "cls",
            ["classifier_dropout"] = config.ClassifierDropout,
            ["embedding_dropout"] = config.HiddenDropout,
            ["mlp_dropout"] = config.HiddenDropout,
            ["attention_dropout"] = config.AttentionDropout,
            ["initializer_range"] = config.InitializerRange,
            ["local_attention"] = 2 * rotary.Window,
            ["layer_types"] = new JsonArray([.. rotary.IsGlobal.Select(
                isGlobal => (JsonNode)(isGlobal ? "full_attention" : "sliding_attention"))]),
            ["rope_parameters"] = new JsonObject
            {
                ["full_attention"] = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = rotary.GlobalTheta },
                ["sliding_attention"] = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = rotary.LocalTheta },
            },
        };
    }

    public override bool ReadsMean(EncoderConfig config) => config.Rotary!.ReadsMean;

    public override HeadShape Head(EncoderConfig config) => new("head.dense", "classifier", config.HeadActivation ?? Activation.Gelu)
    {
        HasDenseBias = false,
        Norm = "head.norm",
    };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) =>
        BertTensors.Embeddings(config, hasPositions: false, normHasBias: false);

    public override IEnumerable<(string Name, int[] Shape)> Layer(EncoderConfig config, int index, string prefix)
    {
        int hidden = config.HiddenSize;
        if (index > 0)
        {
            yield return ($"{prefix}{AttentionNorm}.weight", [hidden]);
        }

        yield return ($"{prefix}{Projections}.weight", [3 * hidden, hidden]);
        yield return ($"{prefix}attention.output.dense.weight", [hidden, hidden]);
        yield return ($"{prefix}{FeedForwardNorm}.weight", [hidden]);
        yield return ($"{prefix}intermediate.dense.weight", [2 * config.IntermediateSize, hidden]);
        yield return ($"{prefix}output.dense.weight", [hidden, config.IntermediateSize]);
    }

    public override IEnumerable<(string Name, int[] Shape)> BesideLayers(EncoderConfig config) =>
        [($"{FinalNorm}.weight", [config.HiddenSize])];

    private static RotaryPositions ReadPositions(IConfigValues values, int layers)
    {
        int window = values.Whole("local_attention", 128, 2, EncoderConfigCheck.LargestSize) / 2;
        int every = values.Whole("global_attn_every_n_layers", 3, 1, EncoderConfigCheck.LargestSize);
        bool[] isGlobal = values["layer_types"] is { ValueKind: JsonValueKind.Array } types
            ? [.. types.EnumerateArray().Select(type => IsGlobal(values, type.ToString()))]
            : [.. Enumerable.Range(0, layers).Select(layer => layer % every == 0)];
        values.Refuse(isGlobal.Length != layers, $"layer_types has {isGlobal.Length} entries for num_hidden_layers {layers}");
        return new RotaryPositions(
            Theta(values, "full_attention", "global_rope_theta", 160_000),
            Theta(values, "sliding_attention", "local_rope_theta", 10_000),
            window,
            isGlobal,
            ReadsMean: false);
    }

    private static bool IsGlobal(IConfigValues values, string type)
    {
        values.Refuse(
            type is not ("full_attention" or "sliding_attention"),
            $"layer_types has '{type}'; read are 'full_attention' and 'sliding_attention'");
        return type == "full_attention";
    }

    // In rope_parameters since transformers 5, before that beside it.
    private static double Theta(IConfigValues values, string kind, string key, double otherwise)
    {
        double theta = values["rope_parameters"] is { ValueKind: JsonValueKind.Object } all
            && all.TryGetProperty(kind, out JsonElement one) && one.ValueKind == JsonValueKind.Object
            && one.TryGetProperty("rope_theta", out JsonElement found) && found.ValueKind == JsonValueKind.Number
                ? found.GetDouble()
                : values.Number(key, otherwise, 0, double.MaxValue);
        values.Refuse(!(theta > 1), FormattableString.Invariant($"the rope theta of {kind} is {theta}; more than 1 is expected"));
        return theta;
    }
}
