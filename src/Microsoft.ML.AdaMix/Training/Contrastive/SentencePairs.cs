using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>Draws pairs of labelled rows.</summary>
internal static class SentencePairs
{
    /// <summary>
    /// Rounds in which each row begins a pair with another row of its class and one with a row of another class, in random order. A row
    /// that is alone in its class begins only the latter.
    /// </summary>
    /// <param name="classes">Of each row; two different ones at least.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="most">How many pairs at most.</param>
    /// <param name="random">Draws.</param>
    public static SentencePair[] Draw(IReadOnlyList<int> classes, int rounds, int most, RandomSource random)
    {
        int[] sorted = [.. Enumerable.Range(0, classes.Count).OrderBy(row => classes[row])]; // stable
        int[] places = new int[sorted.Length]; // of each row in it
        foreach ((int place, int row) in sorted.Index())
        {
            places[row] = place;
        }

        Dictionary<int, (int Start, int Size)> groups = sorted.Index().GroupBy(row => classes[row.Item]).ToDictionary(
            same => same.Key, same => (same.First().Index, same.Count()));
        List<SentencePair> pairs = [];
        int[] order = [.. sorted];
        for (int round = 0; round < rounds && pairs.Count < most; round++)
        {
            random.Shuffle(order.AsSpan());
            foreach (int row in order)
            {
                (int start, int size) = groups[classes[row]];
                if (size > 1)
                {
                    int other = start + random.Next(size - 1);
                    pairs.Add(new SentencePair(row, sorted[other < places[row] ? other : other + 1], AreAlike: true));
                }

                int outside = random.Next(sorted.Length - size);
                pairs.Add(new SentencePair(row, sorted[outside < start ? outside : outside + size], AreAlike: false));
            }
        }

        SentencePair[] drawn = [.. pairs.Take(most)];
        random.Shuffle(drawn.AsSpan());
        return drawn;
    }
}
