namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// The merges of byte-pair encoding. Merging takes n log n steps for n symbols; Microsoft.ML.Tokenizers 2.0.1 takes n² (two minutes for a
/// megabyte without a blank), which is why this part is our own.
/// </summary>
internal sealed class BytePairMerges
{
    private const int Gone = -1;
    private const int StackLength = 256;

    private readonly Dictionary<long, (int Rank, int Merged)> _merges;

    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="prefix">Length of what the right one of a pair begins with and loses; 0 in most vocabularies.</param>
    /// <param name="withheld">Tokens that no merge makes.</param>
    /// <exception cref="InvalidDataException">A merge names or makes a token that the vocabulary does not have.</exception>
    public BytePairMerges(Vocabulary vocabulary, int prefix, IReadOnlySet<string> withheld)
    {
        _merges = new(vocabulary.Merges.Count);
        for (int rank = 0; rank < vocabulary.Merges.Count; rank++)
        {
            (string left, string right) = vocabulary.Merges[rank];
            int Id(string token) => vocabulary.Ids.TryGetValue(token, out int id)
                ? id
                : throw new InvalidDataException(
                    $"Merge {rank + 1} of '{vocabulary.Source}', '{left} {right}', needs the token '{token}', which its vocabulary does "
                    + "not have; merges and vocabulary must come from the same tokenizer.");
            string made = prefix == 0 ? left + right
                : right.Length >= prefix ? left + right[prefix..]
                : throw new InvalidDataException(
                    $"Merge {rank + 1} of '{vocabulary.Source}', '{left} {right}', has a right token without the "
                    + "continuing_subword_prefix of its model.");
            int id = Id(made);
            if (!withheld.Contains(made))
            {
                _merges[Pair(Id(left), Id(right))] = (rank, id); // of a repeated merge the last counts, as in the reference
            }
        }
    }

    /// <summary>Merges neighbours, the lowest rank first and the leftmost among equals, until no merge applies.</summary>
    /// <param name="symbols">The symbols' ids; what is left lies at the beginning.</param>
    /// <returns>How many symbols are left.</returns>
    public int Apply(Span<int> symbols)
    {
        Span<int> next = symbols.Length <= StackLength ? stackalloc int[symbols.Length] : new int[symbols.Length];
        Span<int> previous = symbols.Length <= StackLength ? stackalloc int[symbols.Length] : new int[symbols.Length];
        PriorityQueue<long, long> candidates = new(symbols.Length); // pairs, by rank and place
        for (int i = 0; i < symbols.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Offer(candidates, symbols, next, i);
        }

        while (candidates.TryDequeue(out long pair, out long order))
        {
            int left = (int)(uint)order;
            int right = next[left];
            if (symbols[left] == Gone || right == symbols.Length || Pair(symbols[left], symbols[right]) != pair)
            {
                continue; // one of the two was merged into something else in the meantime
            }

            symbols[left] = _merges[pair].Merged;
            symbols[right] = Gone;
            next[left] = next[right];
            if (next[left] < symbols.Length)
            {
                previous[next[left]] = left;
            }

            Offer(candidates, symbols, next, left);
            Offer(candidates, symbols, next, previous[left]);
        }

        int count = 0;
        for (int i = 0; i < symbols.Length; i = next[i])
        {
            symbols[count++] = symbols[i];
        }

        return count;
    }

    private void Offer(PriorityQueue<long, long> candidates, ReadOnlySpan<int> symbols, ReadOnlySpan<int> next, int left)
    {
        if (left >= 0 && next[left] < symbols.Length)
        {
            long pair = Pair(symbols[left], symbols[next[left]]);
            if (_merges.TryGetValue(pair, out (int Rank, int Merged) merge))
            {
                candidates.Enqueue(pair, Pair(merge.Rank, left));
            }
        }
    }

    private static long Pair(int left, int right) => ((long)left << 32) | (uint)right;
}
