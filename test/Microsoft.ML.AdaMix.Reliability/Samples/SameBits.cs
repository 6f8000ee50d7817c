namespace Microsoft.ML.AdaMix.Reliability.Samples;

/// <summary>Compares answers bit for bit.</summary>
internal static class SameBits
{
    /// <exception cref="ReliabilityException">They differ.</exception>
    public static void Require(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, string where)
    {
        if (!expected.SequenceEqual(found))
        {
            throw new ReliabilityException(
                $"{where}: expected [{string.Join(", ", expected.ToArray())}], found [{string.Join(", ", found.ToArray())}]");
        }
    }
}

/// <summary>A promise was broken.</summary>
internal sealed class ReliabilityException(string message) : Exception(message);
