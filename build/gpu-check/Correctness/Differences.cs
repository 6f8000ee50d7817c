namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>How far numbers are apart.</summary>
internal static class Differences
{
    /// <summary>The largest absolute difference; infinite where the numbers are not as many, or one is not finite.</summary>
    public static double Largest(IReadOnlyList<float> expected, IReadOnlyList<float> found)
    {
        if (expected.Count != found.Count)
        {
            return double.PositiveInfinity;
        }

        double largest = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            double difference = Math.Abs((double)expected[i] - found[i]);
            largest = double.IsFinite(difference) ? Math.Max(largest, difference) : double.PositiveInfinity;
        }

        return largest;
    }
}
