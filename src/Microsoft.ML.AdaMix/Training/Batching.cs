using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Groups rows into batches of similar length, so that little is padded.</summary>
internal static class Batching
{
    // Rows are sorted by length within pools of this many batches: random enough to train, sorted enough to be fast.
    private const int BatchesPerPool = 32;

    /// <summary>One epoch's batches: every row once, in a new random order.</summary>
    public static int[][] Shuffle(TokenTable rows, int batchSize, RandomSource random)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        random.Shuffle(order.AsSpan());
        int[][] batches = [.. order
            .Chunk(batchSize * BatchesPerPool)
            .SelectMany(pool => pool.OrderBy(row => rows.Cost(row)).Chunk(batchSize))];
        random.Shuffle(batches.AsSpan());
        return batches;
    }

    /// <summary>Batches in the order of length, for evaluation; a window of a long text counts as a row.</summary>
    public static IEnumerable<int[]> SortByLength(TokenTable rows, int batchSize)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(row => rows.Cost(row))];
        return rows.Parts(order, batchSize).Select(part => order[part]);
    }
}
