namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>The first tokens of a word of which only the beginning is known.</summary>
/// <remarks>
/// <para>
/// No merge crosses a boundary between two tokens of a result, so that what stands before it is the encoding of the text before it alone.
/// Somewhere within the length of one token before any place, the result has such a boundary. The tokens that the encodings up to all
/// places where it could be begin with are therefore those of the whole word, whatever follows.
/// </para>
/// <para>This needs no more of the merges than that each symbol stands for one text.</para>
/// </remarks>
internal sealed class UnendedWord
{
    private readonly BytePairMerges _merges;
    private readonly HashSet<int> _tokens; // hashes of what merges make: a wrong hit costs time and nothing else
    private readonly int _longest;

    private UnendedWord(Vocabulary vocabulary, BytePairMerges merges)
    {
        _merges = merges;
        _tokens = new(vocabulary.Merges.Count);
        foreach ((string left, string right) in vocabulary.Merges)
        {
            string token = left + right;
            _tokens.Add(string.GetHashCode(token, StringComparison.Ordinal));
            _longest = Math.Max(_longest, token.Length);
        }
    }

    /// <summary>Null for a vocabulary in which two tokens have one id; then nothing can be said of a word without its end.</summary>
    public static UnendedWord? Create(Vocabulary vocabulary, BytePairMerges merges) =>
        vocabulary.Ids.Values.ToHashSet().Count == vocabulary.Ids.Count ? new(vocabulary, merges) : null;

    /// <summary>The tokens that do not depend on what follows; there may be none.</summary>
    /// <param name="characters">The word's beginning in the vocabulary's characters.</param>
    /// <param name="symbols">The same as ids.</param>
    public ReadOnlySpan<int> Encode(ReadOnlySpan<char> characters, ReadOnlySpan<int> symbols)
    {
        int place = symbols.Length - _longest; // all tokens across it are known to their ends
        if (place <= 0)
        {
            return [];
        }

        ReadOnlySpan<int> certain = EncodeWhole(symbols[..place]);
        for (int boundary = Math.Max(0, place - _longest + 1); boundary < place && !certain.IsEmpty; boundary++)
        {
            if (HasTokenAcross(characters, boundary, place))
            {
                certain = certain[..certain.CommonPrefixLength(EncodeWhole(symbols[..boundary]))];
            }
        }

        return certain;
    }

    private bool HasTokenAcross(ReadOnlySpan<char> characters, int start, int place)
    {
        for (int length = place - start + 1; length <= _longest; length++)
        {
            if (_tokens.Contains(string.GetHashCode(characters.Slice(start, length), StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<int> EncodeWhole(ReadOnlySpan<int> symbols)
    {
        int[] tokens = symbols.ToArray();
        return tokens.AsSpan(0, _merges.Apply(tokens));
    }
}
