namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Which test rows a model classified right, a bit a row in base64, so that models can be compared row by row later.</summary>
internal static class RightRows
{
    public static string Write(IReadOnlyList<bool> right)
    {
        byte[] bits = new byte[Length(right.Count)];
        for (int row = 0; row < right.Count; row++)
        {
            bits[row / 8] |= (byte)(right[row] ? 1 << (row % 8) : 0);
        }

        return Convert.ToBase64String(bits);
    }

    /// <summary>How often each row was right in some results of the same test rows, from 0 to 1.</summary>
    /// <returns>Null where a result does not say it, or they have not the same number of rows.</returns>
    public static double[]? Shares(IReadOnlyCollection<TrialResult> results)
    {
        bool[]?[] all = [.. results.Select(Read)];
        int rows = all.FirstOrDefault()?.Length ?? 0;
        return rows > 0 && all.All(right => right?.Length == rows)
            ? [.. Enumerable.Range(0, rows).Select(row => all.Average(right => right![row] ? 1.0 : 0.0))]
            : null;
    }

    private static bool[]? Read(TrialResult result)
    {
        if (result.Right is not { } text || text.Length != 4 * ((Length(result.TestRows) + 2) / 3))
        {
            return null; // before memory is taken for them
        }

        byte[] bits = new byte[Length(result.TestRows)];
        return Convert.TryFromBase64String(text, bits, out int length) && length == bits.Length
            ? [.. Enumerable.Range(0, result.TestRows).Select(row => (bits[row / 8] & (1 << (row % 8))) != 0)]
            : null;
    }
    // In bytes.
    private static long Length(long rows) => (rows + 7) / 8;
}
