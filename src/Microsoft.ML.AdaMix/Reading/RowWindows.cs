namespace Microsoft.ML.AdaMix.Reading;

/// <summary>The sequences of some rows in a <see cref="TokenTable"/>.</summary>
/// <param name="Sequences">Their numbers, row by row.</param>
/// <param name="Counts">Of each row how many they are; null where each row is one.</param>
internal readonly record struct RowWindows(int[] Sequences, int[]? Counts)
{
    /// <summary>Of several passes over the rows, one behind the other.</summary>
    public int[]? CountsOf(int passes) => passes == 1 || Counts is null ? Counts : [.. Counts, .. Counts];
}
