namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>One text or pair as token ids, special tokens included, without padding.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="SecondStart">Index of the first token of type 1 (BERT pairs); <c>Ids.Length</c> if all tokens are of type 0.</param>
internal readonly record struct TokenIds(int[] Ids, int SecondStart)
{
    public int Length => Ids.Length;
}
