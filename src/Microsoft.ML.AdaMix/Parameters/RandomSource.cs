namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>
/// A small generator (SplitMix64) with a visible state. Unlike <see cref="Random"/> its sequence is ours, so that a seed gives the
/// same run on every version of .NET, and a run can be stored and resumed.
/// </summary>
internal sealed class RandomSource(ulong seed)
{
    /// <summary>All there is to know about the numbers to come.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>An independent generator for one purpose of a run.</summary>
    public static RandomSource For(int seed, string purpose)
    {
        // FNV-1a over the purpose keeps the streams of one seed apart.
        ulong hash = 14695981039346656037;
        foreach (char c in purpose)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        return new RandomSource(hash ^ ((ulong)(uint)seed << 32) ^ (uint)seed);
    }

    public ulong NextUInt64()
    {
        State += 0x9E3779B97F4A7C15;
        ulong z = State;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to and without <paramref name="bound"/>, all equally likely.</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);

        // The high half of a 64 x 64 product; its bias is below 2^-32 for any bound.
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>Puts the items into random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
