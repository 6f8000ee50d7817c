using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Rows of a batch made of their windows, which lie one behind the other in it.</summary>
internal static class WindowRows
{
    /// <summary>The mean or the largest of each row's windows, [S, n] to [B, n]; a row of one window is that, bit for bit.</summary>
    /// <param name="windows">Of all rows.</param>
    /// <param name="counts">Windows of each row, [B]; their sum is S.</param>
    /// <param name="how">One that combines.</param>
    public static Tensor Combine(Tensor windows, int[] counts, WindowCombination how)
    {
        bool isMax = how is WindowCombination.MaxLogits or WindowCombination.MaxEmbedding;
        Tensor[] rows = windows.split(Array.ConvertAll(counts, count => (long)count), 0); // [own windows, n] each
        return cat(
            [.. rows.Select(row => row.shape[0] == 1 ? row : isMax ? row.amax([0L], keepdim: true) : row.mean([0L], keepdim: true))], 0);
    }

    /// <summary>Gives each window what its row has, [B, n] to [S, n].</summary>
    public static Tensor Spread(Tensor rows, int[] counts) =>
        cat([.. counts.Select((count, row) => rows.narrow(0, row, 1).expand(count, rows.shape[1]))], 0);

    /// <summary>What each row's first window has, [S, n] to [B, n].</summary>
    public static Tensor First(Tensor windows, int[] counts) =>
        cat([.. windows.split(Array.ConvertAll(counts, count => (long)count), 0).Select(row => row.narrow(0, 0, 1))], 0);
}
