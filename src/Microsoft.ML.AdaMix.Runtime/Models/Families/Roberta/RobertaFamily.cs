namespace Microsoft.ML.AdaMix.Models.Families.Roberta;

/// <summary>RoBERTa, XLM-RoBERTa and CamemBERT: positions count tokens from behind the padding id, one token type.</summary>
internal sealed class RobertaFamily : FamilyDefinition
{
    public override EncoderFamily Family => EncoderFamily.Roberta;

    public override string Title => "RoBERTa";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes =>
        [("roberta", "Roberta"), ("xlm-roberta", "XLMRoberta"), ("camembert", "Camembert")];

    public override IReadOnlyList<string> Prefixes => ["roberta."];

    public override LanguageHeadNames LanguageHead => new(
        "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", ["lm_head.bias", "lm_head.decoder.bias"], "RobertaForMaskedLM")
    {
        IsGelu = true,
    };

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        string type = values.Text("model_type", null) ?? ModelTypes[0].ModelType;
        return BertConfig.Read(Family, values, padding: 1) with { ModelType = type == ModelTypes[0].ModelType ? null : type };
    }

    public override int? PositionPadding(EncoderConfig config) => config.PadTokenId;

    public override HeadShape Head(EncoderConfig config) =>
        new("classifier.dense", "classifier.out_proj", Activation.Tanh) { DropsInput = true };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) => BertTensors.Embeddings(config);
}
