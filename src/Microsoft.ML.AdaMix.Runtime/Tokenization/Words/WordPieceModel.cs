using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>WordPiece: the longest piece first; a word with a part that none fits is unknown, and so is one that is too long.</summary>
internal sealed class WordPieceModel : IWordModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _behind;
    private readonly int _longestFirst;
    private readonly int _longestBehind;
    private readonly int _unknown;
    private readonly int _mostCharacters;

    /// <param name="ids">Pieces with their ids.</param>
    /// <param name="prefix">What pieces behind others begin with.</param>
    /// <param name="unknown">Id of an unknown word.</param>
    /// <param name="mostCharacters">Longer words are unknown.</param>
    public WordPieceModel(Dictionary<string, int> ids, string prefix, int unknown, int mostCharacters)
    {
        (_unknown, _mostCharacters) = (unknown, mostCharacters);
        Dictionary<string, int> behind = new(StringComparer.Ordinal);
        foreach ((string piece, int id) in ids)
        {
            _longestFirst = Math.Max(_longestFirst, piece.Length);
            if (piece.StartsWith(prefix, StringComparison.Ordinal))
            {
                behind[piece[prefix.Length..]] = id;
                _longestBehind = Math.Max(_longestBehind, piece.Length - prefix.Length);
            }
        }

        _first = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _behind = behind.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Append(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > _mostCharacters && Characters(word) > _mostCharacters)
        {
            ids.Add(_unknown);
            return;
        }

        int before = ids.Count;
        for (int start = 0; start < word.Length;)
        {
            int end = Math.Min(word.Length, start + (start == 0 ? _longestFirst : _longestBehind));
            int id = 0;
            while (end > start && !(start == 0 ? _first : _behind).TryGetValue(word[start..end], out id))
            {
                end--;
            }

            if (end == start)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(_unknown);
                return;
            }

            ids.Add(id);
            start = end;
        }
    }

    /// <summary>How many code points a word has.</summary>
    public static int Characters(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (Rune _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
