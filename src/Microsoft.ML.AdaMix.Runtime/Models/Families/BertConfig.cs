using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>What the configurations of most families have in common: BERT's keys, with its defaults.</summary>
internal static class BertConfig
{
    public static readonly IReadOnlyList<string> Keys =
    [
        "position_embedding_type", "is_decoder", "add_cross_attention", "vocab_size", "hidden_size", "num_hidden_layers",
        "num_attention_heads", "intermediate_size", "max_position_embeddings", "type_vocab_size", "pad_token_id", "layer_norm_eps",
        "hidden_act", "hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "initializer_range",
    ];

    /// <param name="family">Which network it is.</param>
    /// <param name="values">The configuration.</param>
    /// <param name="padding">The padding id where it says none.</param>
    /// <param name="epsilon">The epsilon of LayerNorms where it says none.</param>
    /// <param name="types">Token types where it says none; null where the family has no such table.</param>
    public static EncoderConfig Read(
        EncoderFamily family, IConfigValues values, int padding = 0, double epsilon = 1e-12, int? types = 2)
    {
        RefuseOthers(values);
        const int MaxSize = EncoderConfigCheck.LargestSize;
        const double MaxDropout = EncoderConfigCheck.LargestDropout;
        int vocabulary = values.Whole("vocab_size", null, 1, EncoderConfigCheck.MostTokens);
        return new EncoderConfig
        {
            Family = family,
            VocabularySize = vocabulary,
            HiddenSize = values.Whole("hidden_size", null, 1, MaxSize),
            Layers = values.Whole("num_hidden_layers", null, 1, EncoderConfigCheck.MostLayers),
            Heads = values.Whole("num_attention_heads", null, 1, MaxSize),
            IntermediateSize = values.Whole("intermediate_size", null, 1, MaxSize),
            MaxPositions = values.Whole("max_position_embeddings", 512, 1, MaxSize),
            TokenTypes = types is { } some ? values.Whole("type_vocab_size", some, 1, MaxSize) : 0,
            PadTokenId = values.Whole("pad_token_id", padding, 0, vocabulary - 1),
            LayerNormEpsilon = values.Number("layer_norm_eps", epsilon, 0, 1),
            HiddenActivation = values.Activation("hidden_act", "gelu"),
            HiddenDropout = values.Number("hidden_dropout_prob", 0.1, 0, MaxDropout),
            AttentionDropout = values.Number("attention_probs_dropout_prob", 0.1, 0, MaxDropout),
            ClassifierDropout = values["classifier_dropout"] is null ? null : values.Number("classifier_dropout", 0, 0, MaxDropout),
            InitializerRange = values.Number("initializer_range", 0.02, 0, EncoderConfigCheck.LargestInitializerRange),
        };
    }

    /// <summary>Refuses what would be another network under the same keys.</summary>
    public static void RefuseOthers(IConfigValues values)
    {
        values.Refuse(values.Text("position_embedding_type", "absolute") != "absolute", "position_embedding_type is not 'absolute'");
        values.Refuse(
            values.Flag("is_decoder") || values.Flag("add_cross_attention"), "it describes a decoder (is_decoder, add_cross_attention)");
    }

    public static JsonObject Write(EncoderConfig config) => new()
    {
        ["vocab_size"] = config.VocabularySize,
        ["hidden_size"] = config.HiddenSize,
        ["num_hidden_layers"] = config.Layers,
        ["num_attention_heads"] = config.Heads,
        ["intermediate_size"] = config.IntermediateSize,
        ["max_position_embeddings"] = config.MaxPositions,
        ["type_vocab_size"] = config.TokenTypes,
        ["pad_token_id"] = config.PadTokenId,
        ["layer_norm_eps"] = config.LayerNormEpsilon,
        ["hidden_act"] = ActivationNames.Of(config.HiddenActivation),
        ["hidden_dropout_prob"] = config.HiddenDropout,
        ["attention_probs_dropout_prob"] = config.AttentionDropout,
        ["classifier_dropout"] = config.ClassifierDropout,
        ["initializer_range"] = config.InitializerRange,
        ["position_embedding_type"] = "absolute",
    };
}
