namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>One text or pair as token ids, special tokens included, without padding.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="SecondStart">Index of the first token of type 1 (BERT pairs); <c>Ids.Length</c> if all tokens are of type 0.</param>
/// <param name="Cut">
/// Tokens that were cut off; 0 if none. Of a text that was not read to its end, what its beginning lets expect.
/// </param>
internal readonly record struct TokenIds(int[] Ids, int SecondStart, int Cut = 0)
{
    public int Length => Ids.Length;

    /// <summary>Of a window behind another one: tokens that stand in windows before it, and special tokens. Otherwise 0.</summary>
    public int Repeated { get; init; }

    /// <summary>Of a pair's last window: those of <see cref="Cut"/> that the text in each window lost. Otherwise 0.</summary>
    public int CutBeside { get; init; }
}
