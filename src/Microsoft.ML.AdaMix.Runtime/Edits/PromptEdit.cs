using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>Prompt tuning: embeddings before the text's own.</summary>
/// <param name="Embeddings">[P, width of the word embeddings].</param>
internal sealed record PromptEdit(HostTensor Embeddings) : EncoderEdit
{
    /// <summary>The name of the embeddings.</summary>
    public const string TensorName = "embeddings.prompt";

    public static readonly EditKind Kind = new PromptKind();

    public override HostTensor Prompt => Embeddings;

    public override IEnumerable<TunedTensor> Tensors(TunedModel model) =>
        [new(TensorName, Embeddings, [TunedTensors.Size(Embeddings), model.Encoder.Config.EmbeddingWidth])];

    /// <summary>A model has one or none: files say true or false.</summary>
    private sealed class PromptKind() : EditKind("Prompt", typeof(PromptEdit))
    {
        public override JsonNode Write(IReadOnlyList<EncoderEdit> edits) => JsonValue.Create(true);

        public override IReadOnlyList<EncoderEdit> Read(JsonNode? json, Func<string, HostTensor> tensor) =>
            Parse<bool>(json) ? [new PromptEdit(tensor(TensorName))] : [];
    }
}
