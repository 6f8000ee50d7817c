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

    /// <summary>Rows of the position table; RoBERTa can use <see cref="PadTokenId"/> + 1 fewer of them.</summary>
    public required int MaxPositions { get; init; }

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

    /// <summary>The first token's row of the position table.</summary>
    public int FirstPosition => Family == EncoderFamily.Roberta ? PadTokenId + 1 : 0;

    /// <summary>Longest sequence in tokens, special tokens included, that the position table allows.</summary>
    public int MaxSequenceLength => MaxPositions - FirstPosition;

    public int HeadSize => HiddenSize / Heads;
}
