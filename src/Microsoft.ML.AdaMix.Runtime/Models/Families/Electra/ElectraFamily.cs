using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Models.Families.Electra;

/// <summary>ELECTRA's discriminator: BERT with a map from narrower embeddings, no pooler, and a head with GELU.</summary>
internal sealed class ElectraFamily : FamilyDefinition
{
    public override EncoderFamily Family => EncoderFamily.Electra;

    public override string Title => "ELECTRA";

    public override IReadOnlyList<(string ModelType, string Class)> ModelTypes => [("electra", "Electra")];

    public override IReadOnlyList<string> Prefixes => ["electra."];

    public override string OnlyName => "embeddings_project.";

    public override IReadOnlyList<string> ConfigKeys => [.. BertConfig.Keys, "embedding_size"];

    protected override IReadOnlyList<(string Stored, string Own)> Outside =>
        [("embeddings_project", EncoderTensors.EmbeddingProjection)];

    public override EncoderConfig ReadConfig(IConfigValues values)
    {
        EncoderConfig config = BertConfig.Read(Family, values);
        int width = values.Whole("embedding_size", 128, 1, EncoderConfigCheck.LargestSize);
        return config with { EmbeddingSize = width == config.HiddenSize ? null : width };
    }

    public override JsonObject WriteConfig(EncoderConfig config)
    {
        JsonObject written = BertConfig.Write(config);
        written["embedding_size"] = config.EmbeddingWidth;
        return written;
    }

    public override bool ReadsTokenTypes(EncoderConfig config) => true;

    public override HeadShape Head(EncoderConfig config) =>
        new("classifier.dense", "classifier.out_proj", Activation.Gelu) { DropsInput = true };

    public override IEnumerable<(string Name, int[] Shape)> Embeddings(EncoderConfig config) =>
        BertTensors.Embeddings(config, isProjected: config.EmbeddingSize is not null);
}
