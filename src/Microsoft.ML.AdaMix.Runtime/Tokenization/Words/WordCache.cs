using System.Collections.Concurrent;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Remembers the ids of short words. Safe for use by many threads.</summary>
internal sealed class WordCache(IWordModel model) : IWordModel
{
    public const int LongestWord = 32;
    private const int MostWords = 1 << 16;

    private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);
    private int _count;

    public void Append(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord)
        {
            model.Append(word, ids);
            return;
        }

        ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> words = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        if (words.TryGetValue(word, out int[]? known))
        {
            ids.AddRange(known);
            return;
        }

        int start = ids.Count;
        model.Append(word, ids);
        if (_count < MostWords && words.TryAdd(word, [.. ids.Skip(start)]))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
