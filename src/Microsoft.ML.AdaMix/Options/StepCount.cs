namespace Microsoft.ML.AdaMix;

/// <summary>How many steps there are in epochs, and epochs in steps.</summary>
internal static class StepCount
{
    /// <summary>Steps of an epoch; the last one may have fewer rows.</summary>
    public static int OfEpoch(int rows, int batchSize) => Quotient(rows, batchSize);

    /// <summary>Epochs on so many rows that have so many steps at least.</summary>
    public static int Epochs(int steps, int rows, int batchSize) => Quotient(steps, OfEpoch(rows, batchSize));

    private static int Quotient(int count, int divisor) => ((count - 1) / divisor) + 1; // rounded up
}
