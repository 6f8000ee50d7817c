using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>RoBERTa's byte-level BPE: words by GPT-2's pattern, their UTF-8 bytes merged by rank.</summary>
internal sealed class ByteLevelBpe : ISubwordModel
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

    public ByteLevelBpe(Vocabulary vocabulary, TokenizerSettings settings)
    {
        _addPrefixSpace = settings.AddPrefixSpace;
        _idOfByte = [
            .. Enumerable.Range(0, 256).Select(value => vocabulary.Ids.GetValueOrDefault(Character((byte)value).ToString(), NoToken))];
        _merges = new BytePairMerges(vocabulary);
        _unended = UnendedWord.Create(vocabulary, _merges);
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Append(string text, bool goesOn, List<int> ids)
    {
        ReadOnlySpan<char> prefixed = _addPrefixSpace && text.Length > 0 && text[0] != ' ' ? " " + text : text;
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
            ids.AddRange(_unended.Encode(Array.ConvertAll(bytes, Character), symbols));
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

    /// <summary>The text of a token, with the blank that it may begin with; null where it is no whole characters.</summary>
    public static string? Decode(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            int value = Array.IndexOf(Characters, token[i]);
            if (value < 0)
            {
                return null;
            }

            bytes[i] = (byte)value;
        }

        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private static readonly char[] Characters = [.. Enumerable.Range(0, 256).Select(value => Character((byte)value))];

    // GPT-2's printable stand-in for a byte: itself where it prints, otherwise the next character from U+0100 on.
    private static char Character(byte value) => value switch
    {
        <= 0x20 => (char)(0x100 + value),
        >= 0x7F and <= 0xA0 => (char)(0x100 + 0x21 + value - 0x7F),
        0xAD => (char)(0x100 + 0x21 + 0x22),
        _ => (char)value,
    };
}
