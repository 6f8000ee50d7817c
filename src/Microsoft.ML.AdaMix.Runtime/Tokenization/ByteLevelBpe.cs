using System.Collections.Concurrent;
using System.Text;

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
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private int _cached;

    public ByteLevelBpe(Vocabulary vocabulary, TokenizerSettings settings)
    {
        _addPrefixSpace = settings.AddPrefixSpace;
        _idOfByte = [
            .. Enumerable.Range(0, 256).Select(value => vocabulary.Ids.GetValueOrDefault(Character((byte)value).ToString(), NoToken))];
        _merges = new BytePairMerges(vocabulary);
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void Append(string text, List<int> ids)
    {
        string prefixed = _addPrefixSpace && text.Length > 0 && text[0] != ' ' ? " " + text : text;
        foreach ((int offset, int length) in Gpt2PreTokenizer.Split(prefixed))
        {
            AppendWord(prefixed.AsSpan(offset, length), ids);
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

    private Span<int> Encode(ReadOnlySpan<char> word)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        int[] symbols = new int[bytes.Length];
        int count = 0;
        foreach (byte value in bytes)
        {
            // A byte that the vocabulary does not have is left out, as in the reference; published vocabularies have all.
            if (_idOfByte[value] != NoToken)
            {
                symbols[count++] = _idOfByte[value];
            }
        }

        return symbols.AsSpan(0, _merges.Apply(symbols.AsSpan(0, count)));
    }

    // GPT-2's printable stand-in for a byte: itself where it prints, otherwise the next character from U+0100 on.
    private static char Character(byte value) => value switch
    {
        <= 0x20 => (char)(0x100 + value),
        >= 0x7F and <= 0xA0 => (char)(0x100 + 0x21 + value - 0x7F),
        0xAD => (char)(0x100 + 0x21 + 0x22),
        _ => (char)value,
    };
}
