namespace Microsoft.ML.AdaMix.Models.Families.Bert;

/// <summary>BERT: positions from 0, two token types, and a pooler that is part of the encoder.</summary>
internal sealed class BertFamily : FamilyDefinition
{
    public override EncoderFamily Family => EncoderFamily.Bert;

    public override string Title => "BERT";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("bert", "Bert")];

    public override IReadOnlyList<string> Prefixes => ["bert."];

    public override LanguageHeadNames LanguageHead => new(
        "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.decoder",
        ["cls.predictions.bias", "cls.predictions.decoder.bias"], "BertForMaskedLM");

    public override EncoderConfig ReadConfig(IConfigValues values) => BertConfig.Read(Family, values);

    public override bool ReadsTokenTypes(EncoderConfig config) => true;

    public override HeadShape Head(EncoderConfig config) => new(EncoderTensors.Pooler, "classifier", Activation.Tanh) { IsPooler = true };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) => BertTensors.Embeddings(config);
}
