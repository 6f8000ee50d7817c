using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models.Families;
using Microsoft.ML.AdaMix.Models.Families.DebertaV2;
using Microsoft.ML.AdaMix.Models.Families.ModernBert;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>The shape of a pretrained encoder, as its <c>config.json</c> states it.</summary>
internal sealed record EncoderConfig
{
    public required EncoderFamily Family { get; init; }

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position table, or the longest sequence where there is none.</summary>
    /// <remarks>RoBERTa can use <see cref="PadTokenId"/> + 1 fewer of them.</remarks>
    public required int MaxPositions { get; init; }

    /// <summary>Rows of the token type table; 0 where the family has none.</summary>
    public required int TokenTypes { get; init; }

    public required int PadTokenId { get; init; }

    public required double LayerNormEpsilon { get; init; }

    public required Activation HiddenActivation { get; init; }

    public double HiddenDropout { get; init; }

    public double AttentionDropout { get; init; }

    /// <summary>Dropout in the classification head; Hugging Face falls back to <see cref="HiddenDropout"/>.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>Standard deviation of newly made weights, 0.02 in the published models.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>The <c>model_type</c> where it is not the family's own: xlm-roberta, camembert.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ModelType { get; init; }

    /// <summary>Width of the embedding tables where a linear map makes the hidden size of it; null where it is that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EmbeddingSize { get; init; }

    /// <summary>How many sets of weights the layers share; null where each has its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LayerGroups { get; init; }

    /// <summary>The activation in the classification head where the configuration says it; null for the family's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Activation? HeadActivation { get; init; }

    /// <summary>DeBERTa's relative positions; null for other families.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DisentangledPositions? Disentangled { get; init; }

    /// <summary>ModernBERT's positions and pooling; null for other families.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RotaryPositions? Rotary { get; init; }

    /// <summary>The first token's row of the position table.</summary>
    public int FirstPosition => Definition.PositionPadding(this) + 1 ?? 0;

    /// <summary>Longest sequence in tokens, special tokens included, that the position table allows.</summary>
    public int MaxSequenceLength => MaxPositions - FirstPosition;

    public int HeadSize => HiddenSize / Heads;

    /// <summary>What its family is made of.</summary>
    [JsonIgnore]
    public FamilyDefinition Definition => FamilyDefinition.Of(Family);

    /// <summary>Width of word embeddings and prompts.</summary>
    [JsonIgnore]
    public int EmbeddingWidth => EmbeddingSize ?? HiddenSize;
}
