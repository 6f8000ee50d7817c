using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.Albert;

/// <summary>ALBERT: BERT whose layers share their weights in groups, with a map from narrower embeddings.</summary>
internal sealed class AlbertFamily : FamilyDefinition
{
    public override EncoderFamily Family => EncoderFamily.Albert;

    public override string Title => "ALBERT";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("albert", "Albert")];

    public override IReadOnlyList<string> Prefixes => ["albert."];

    public override string OnlyName => "encoder.albert_layer_groups.";

    public override IReadOnlyList<string> ConfigKeys =>
        [.. BertConfig.Keys, "embedding_size", "num_hidden_groups", "inner_group_num", "classifier_dropout_prob"];

    // Weights are shared; what a method adds to a layer is not.
    protected override IReadOnlyList<LayerNames> Layers =>
    [
        new("encoder.albert_layer_groups.", ".albert_layers.0.", EncoderTensors.GroupStart),
        new("encoder.layer.", ".", EncoderTensors.LayerStart),
    ];

    protected override IReadOnlyList<(string Stored, string Own)> InLayer =>
    [
        ("attention.query", "attention.self.query"),
        ("attention.key", "attention.self.key"),
        ("attention.value", "attention.self.value"),
        ("attention.dense", "attention.output.dense"),
        ("attention.LayerNorm", "attention.output.LayerNorm"),
        ("ffn_output", "output.dense"),
        ("ffn", "intermediate.dense"),
        ("full_layer_layer_norm", "output.LayerNorm"),
    ];

    protected override IReadOnlyList<(string Stored, string Own)> Outside =>
    [
        ("encoder.embedding_hidden_mapping_in", EncoderTensors.EmbeddingProjection),
        ("pooler", EncoderTensors.Pooler),
    ];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        EncoderConfig config = BertConfig.Read(Family, values);
        int inner = values.Whole("inner_group_num", 1, 1, EncoderConfigCheck.LargestSize);
        values.Refuse(inner != 1, $"inner_group_num is {inner}; groups of one layer are read, as all published ones are");
        return config with
        {
            EmbeddingSize = values.Whole("embedding_size", 128, 1, EncoderConfigCheck.LargestSize),
            LayerGroups = values.Whole("num_hidden_groups", 1, 1, config.Layers),
            HiddenActivation = values.Activation("hidden_act", "gelu_new"),
            HiddenDropout = values.Number("hidden_dropout_prob", 0, 0, EncoderConfigCheck.LargestDropout),
            AttentionDropout = values.Number("attention_probs_dropout_prob", 0, 0, EncoderConfigCheck.LargestDropout),
            ClassifierDropout = values.Number("classifier_dropout_prob", 0.1, 0, EncoderConfigCheck.LargestDropout),
        };
    }

    public override JsonObject WriteConfig(EncoderConfig config)
    {
        JsonObject written = BertConfig.Write(config);
        written.Remove("classifier_dropout");
        written["embedding_size"] = config.EmbeddingWidth;
        written["num_hidden_groups"] = config.LayerGroups;
        written["inner_group_num"] = 1;
        written["classifier_dropout_prob"] = config.ClassifierDropout;
        return written;
    }

    public override bool ReadsTokenTypes(EncoderConfig config) => true;

    public override HeadShape Head(EncoderConfig config) => new(EncoderTensors.Pooler, "classifier", Activation.Tanh) { IsPooler = true };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) =>
        BertTensors.Embeddings(config, isProjected: true);
}
