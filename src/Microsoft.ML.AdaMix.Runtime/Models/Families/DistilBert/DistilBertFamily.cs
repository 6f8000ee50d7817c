using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.DistilBert;

/// <summary>DistilBERT: BERT's layers without token types and pooler, under keys and names of its own.</summary>
internal sealed class DistilBertFamily : FamilyDefinition
{
    // Stands in the code, not in config.json.
    private const double Epsilon = 1e-12;

    public override EncoderFamily Family => EncoderFamily.DistilBert;

    public override string Title => "DistilBERT";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("distilbert", "DistilBert")];

    public override IReadOnlyList<string> Prefixes => ["distilbert."];

    public override string OnlyName => "transformer.layer.0.attention.q_lin.";

    public override IReadOnlyList<string> ConfigKeys =>
    [
        "vocab_size", "dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings", "pad_token_id", "activation", "dropout",
        "attention_dropout", "seq_classif_dropout", "initializer_range",
    ];

    public override LanguageHeadNames LanguageHead => new(
        "vocab_transform", "vocab_layer_norm", "vocab_projector", ["vocab_projector.bias"], "DistilBertForMaskedLM");

    protected override IReadOnlyList<LayerNames> Layers => [new("transformer.layer.", ".", "encoder.layer.")];

    protected override IReadOnlyList<(string Stored, string Own)> InLayer =>
    [
        ("attention.q_lin", "attention.self.query"),
        ("attention.k_lin", "attention.self.key"),
        ("attention.v_lin", "attention.self.value"),
        ("attention.out_lin", "attention.output.dense"),
        ("sa_layer_norm", "attention.output.LayerNorm"),
        ("ffn.lin1", "intermediate.dense"),
        ("ffn.lin2", "output.dense"),
        ("output_layer_norm", "output.LayerNorm"),
        ("attention", "attention.output"),
        ("ffn", "output"),
    ];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        int vocabulary = values.Whole("vocab_size", null, 1, EncoderConfigCheck.MostTokens);
        return new EncoderConfig
        {
            Family = Family,
            VocabularySize = vocabulary,
            HiddenSize = values.Whole("dim", 768, 1, EncoderConfigCheck.LargestSize),
            Layers = values.Whole("n_layers", 6, 1, EncoderConfigCheck.MostLayers),
            Heads = values.Whole("n_heads", 12, 1, EncoderConfigCheck.LargestSize),
            IntermediateSize = values.Whole("hidden_dim", 3072, 1, EncoderConfigCheck.LargestSize),
            MaxPositions = values.Whole("max_position_embeddings", 512, 1, EncoderConfigCheck.LargestSize),
            TokenTypes = 0,
            PadTokenId = values.Whole("pad_token_id", 0, 0, vocabulary - 1),
            LayerNormEpsilon = Epsilon,
            HiddenActivation = values.Activation("activation", "gelu"),
            HiddenDropout = values.Number("dropout", 0.1, 0, EncoderConfigCheck.LargestDropout),
            AttentionDropout = values.Number("attention_dropout", 0.1, 0, EncoderConfigCheck.LargestDropout),
            ClassifierDropout = values.Number("seq_classif_dropout", 0.2, 0, EncoderConfigCheck.LargestDropout),
            InitializerRange = values.Number("initializer_range", 0.02, 0, EncoderConfigCheck.LargestInitializerRange),
        };
    }

    public override JsonObject WriteConfig(EncoderConfig config) => new()
    {
        ["vocab_size"] = config.VocabularySize,
        ["dim"] = config.HiddenSize,
        ["n_layers"] = config.Layers,
        ["n_heads"] = config.Heads,
        ["hidden_dim"] = config.IntermediateSize,
        ["max_position_embeddings"] = config.MaxPositions,
        ["pad_token_id"] = config.PadTokenId,
        ["activation"] = ActivationNames.Of(config.HiddenActivation),
        ["dropout"] = config.HiddenDropout,
        ["attention_dropout"] = config.AttentionDropout,
        ["seq_classif_dropout"] = config.ClassifierDropout,
        ["initializer_range"] = config.InitializerRange,
    };

    public override HeadShape Head(EncoderConfig config) => new("pre_classifier", "classifier", Activation.Relu);

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) => BertTensors.Embeddings(config);
}
