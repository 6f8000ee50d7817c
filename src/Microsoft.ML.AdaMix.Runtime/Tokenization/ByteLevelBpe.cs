using System.Collections.Concurrent;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>RoBERTa's byte-level BPE: words by GPT-2's pattern, their UTF-8 bytes merged by rank.</summary>
internal sealed class ByteLevelBpe : IStretchModel
{
    private const int LongestCachedWord = 32;
    private const int MostCachedWords = 1 << 16;
    private const int NoToken = -1;

    private readonly bool _addPrefixSpace;
    private readonly int[] _idOfByte;
    private readonly BytePairMerges _merges;
    private readonly UnendedWord? _unended;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private int _cached;

    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="addPrefixSpace">Whether a blank is put before a text that begins with none.</param>
    /// <param name="withheld">Tokens that no word becomes.</param>
    public ByteLevelBpe(Vocabulary vocabulary, bool addPrefixSpace, IReadOnlySet<string> withheld)
    {
        _addPrefixSpace = addPrefixSpace;
        _idOfByte = [.. Enumerable.Range(0, 256).Select(value => IdOf(ByteCharacters.Of((byte)value).ToString()))];
        _merges = new BytePairMerges(vocabulary, prefix: 0, withheld);
        _unended = UnendedWord.Create(vocabulary, _merges);
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        int IdOf(string token) => withheld.Contains(token) ? NoToken : vocabulary.Ids.GetValueOrDefault(token, NoToken);
    }

    public bool IsLocal => true;

    public bool KnowsUnended => true;

    public void Append(Stretch stretch, bool goesOn, List<int> ids)
    {
        ReadOnlySpan<char> text = stretch.Span;
        ReadOnlySpan<char> prefixed = _addPrefixSpace && text.Length > 0 && text[0] != ' ' ? string.Concat(" ", text) : text;
        for (int start = 0; start < prefixed.Length;)
        {
            int end = Gpt2PreTokenizer.WordEnd(prefixed, start);
            if (goesOn && Gpt2PreTokenizer.CouldGoOn(prefixed, start, end))
            {
                AppendBeginning(Gpt2PreTokenizer.Certain(prefixed[start..]), ids);
                return;
            }

            AppendWord(prefixed[start..end], ids);
            start = end;
        }
    }

    private void AppendBeginning(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestCachedWord && _unended is not null)
        {
            (byte[] bytes, int[] symbols) = Symbols(word);
            ids.AddRange(_unended.Encode(Array.ConvertAll(bytes, ByteCharacters.Of), symbols));
        }
    }

    private void AppendWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestCachedWord)
        {
            ids.AddRange(Encode(word));
            return;
        }

        if (!_cacheBySpan.TryGetValue(word, out int[]? known))
        {
            known = Encode(word).ToArray();
            if (_cached < MostCachedWords && _cacheBySpan.TryAdd(word, known))
            {
                Interlocked.Increment(ref _cached);
            }
        }

        ids.AddRange(known);
    }

    private ReadOnlySpan<int> Encode(ReadOnlySpan<char> word)
    {
        int[] symbols = Symbols(word).Ids;
        return symbols.AsSpan(0, _merges.Apply(symbols));
    }

    // A byte that the vocabulary does not have is left out, as in the reference; published vocabularies have all.
    private (byte[] Bytes, int[] Ids) Symbols(ReadOnlySpan<char> word)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        int[] ids = new int[bytes.Length];
        int count = 0;
        foreach (byte value in bytes)
        {
            if (_idOfByte[value] != NoToken)
            {
                bytes[count] = value;
                ids[count++] = _idOfByte[value];
            }
        }

        return count == ids.Length ? (bytes, ids) : (bytes[..count], ids[..count]);
    }
}
