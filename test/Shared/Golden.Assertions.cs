namespace Microsoft.ML.AdaMix.Testing;

/// <content>What tests claim of the numbers.</content>
internal sealed partial class Golden
{
    /// <summary>Largest absolute difference to a stored tensor; fails beyond the tolerance.</summary>
    public double AssertClose(string name, ReadOnlySpan<float> actual, double tolerance) =>
        AssertClose(Floats(name), actual, tolerance, name);

    public static double AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string name)
    {
        Assert.AreEqual(expected.Length, actual.Length, $"{name}: number of values");
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            Assert.IsLessThanOrEqualTo(tolerance, difference, $"{name}[{i}]: expected {expected[i]}, found {actual[i]}");
            largest = Math.Max(largest, difference);
        }

        return largest;
    }
}
