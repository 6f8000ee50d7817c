using System.Collections.Concurrent;

namespace Microsoft.ML.AdaMix.Tokenization.Words;

/// <summary>Remembers the ids of short words. Safe for use by many threads.</summary>
internal sealed class WordCache : IWordModel
{
    public const int LongestWord = 32;
    private const int MostWords = 1 << 16;

    private readonly IWordModel _model;
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _words =
        new ConcurrentDictionary<string, int[]>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private int _count;

    public WordCache(IWordModel model) => _model = model;

    public void Append(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord)
        {
            _model.Append(word, ids);
            return;
        }

        if (_words.TryGetValue(word, out int[]? known))
        {
            ids.AddRange(known);
            return;
        }

        int start = ids.Count;
        _model.Append(word, ids);
        if (_count < MostWords && _words.TryAdd(word, [.. ids.Skip(start)]))
        {
            Interlocked.Increment(ref _count);
        }
    }
}
