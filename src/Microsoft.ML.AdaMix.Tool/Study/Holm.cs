namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Holm's step-down correction of the p-values of several comparisons that are looked at together.</summary>
internal static class Holm
{
    /// <summary>Corrected p-values, in the order of <paramref name="p"/>.</summary>
    /// <param name="p">The family; NaN stays NaN and is no comparison of it.</param>
    public static double[] Correct(IReadOnlyList<double> p)
    {
        int[] order = [.. Enumerable.Range(0, p.Count).Where(i => !double.IsNaN(p[i])).OrderBy(i => p[i])];
        double[] corrected = [.. Enumerable.Repeat(double.NaN, p.Count)];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (order.Length - rank) * p[order[rank]]));
            corrected[order[rank]] = largest;
        }

        return corrected;
    }
}
