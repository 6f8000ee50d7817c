namespace Microsoft.ML.AdaMix;

/// <summary>What a model makes of the windows of a long text. A text that fits into one window is the same with all of them.</summary>
/// <remarks>
/// A window's embedding is what the head reads of it: the encoder's output at its first token, or the mean of its tokens in families whose
/// head reads that. docs/long-texts.md says which one fits what.
/// </remarks>
public enum WindowCombination
{
    /// <summary>The mean of the windows' logits: every window has an equal vote. The default.</summary>
    MeanLogits,

    /// <summary>Of each output the largest logit of any window: what one window tells is not outvoted by the others.</summary>
    MaxLogits,

    /// <summary>The head reads the mean of the windows' embeddings.</summary>
    MeanEmbedding,

    /// <summary>The head reads of each number of the embedding the largest of any window.</summary>
    MaxEmbedding,

    /// <summary>The first window alone, as if the text were cut behind it. The others are neither made nor computed.</summary>
    First,
}
