namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Random numbers that follow from three numbers alone, so that every input can be made again from its own.</summary>
internal sealed class Dice
{
    private static readonly long[] Odd =
    [
        -1, 0, 1, 2, 3, 4, 7, 8, 9, 16, 17, 127, 128, 255, 256, 1000, 32767, 32768, 65535, 65536, 1 << 24, (1 << 24) + 1, 536_870_898,
        int.MaxValue - 1, int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L, 1L << 40, 1L << 53, 1L << 61, 1L << 62,
        long.MaxValue - 7, long.MaxValue, int.MinValue, long.MinValue, -2,
    ];

    private ulong _state;

    /// <param name="seed">Of the run.</param>
    /// <param name="salt">Of the class of file.</param>
    /// <param name="index">Of the input.</param>
    public Dice(long seed, int salt, long index)
    {
        _state = (ulong)seed;
        _state = Bits() ^ (ulong)(uint)salt;
        _state = Bits() ^ (ulong)index;
    }

    /// <summary>64 random bits (SplitMix64).</summary>
    public ulong Bits()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to and without a number of 1 or more.</summary>
    public int Next(int below) => (int)(((Bits() >> 32) * (ulong)below) >> 32);

    public bool OneIn(int chances) => Next(chances) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>A number at which programs go wrong.</summary>
    public long OddNumber() => Pick(Odd);
}
