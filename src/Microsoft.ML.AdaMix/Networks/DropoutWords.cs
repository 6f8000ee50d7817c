using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// The random bits of dropout: a function of a row's key and a counter, so that a mask is the same on every processor, on any number of
/// threads, on a GPU, and when a layer is computed again.
/// </summary>
/// <remarks>
/// A counter is multiplied, mixed with the key, and mixed again (two rounds of xorshift and multiplication). Each word decides about two
/// values, its low half about the first.
/// </remarks>
internal static class DropoutWords
{
    public const uint Stride = 0x9E3779B9;
    public const uint FirstFactor = 0x7FEB352D;
    public const uint SecondFactor = 0x846CA68B;
    public const int FirstShift = 16;
    public const int SecondShift = 15;
    public const int LastShift = 16;

    private const int ValuesPerBlock = 32; // 16 words

    /// <summary>Words that so many values of a row take.</summary>
    public static uint Count(long values) => checked((uint)((values + 1) / 2));

    /// <summary>A half of a word, taken as a signed number, keeps its value if it is less than this.</summary>
    public static short Limit(double probability) =>
        (short)(Math.Min(ushort.MaxValue, (int)Math.Round((1 - probability) * (1 << 16))) - (1 << 15));

    /// <summary>What kept values are multiplied with.</summary>
    public static float Scale(double probability) => (float)(1 / (1 - probability));

    /// <summary>One word.</summary>
    public static uint Word(DropoutKey key, uint counter)
    {
        uint x = unchecked((counter * Stride) + key.First);
        x = unchecked((x ^ (x >> FirstShift)) * FirstFactor) ^ key.Second;
        x = unchecked((x ^ (x >> SecondShift)) * SecondFactor);
        return x ^ (x >> LastShift);
    }

    /// <summary>Writes a row's mask: 0 with the given probability, in steps of 2⁻¹⁶, and 1 / (1 − probability) otherwise.</summary>
    /// <param name="mask">Values of one row.</param>
    /// <param name="key">The row's key.</param>
    /// <param name="counter">Where in the row's sequence of words the mask begins.</param>
    /// <param name="probability">Share of zeros.</param>
    public static void Fill(Span<float> mask, DropoutKey key, uint counter, double probability)
    {
        Vector512<short> limit = Vector512.Create(Limit(probability));
        Vector512<int> scale = Vector512.Create(Scale(probability)).AsInt32();
        Vector512<uint> x = Start(key, counter);
        ref float target = ref MemoryMarshal.GetReference(mask);
        int written = 0;
        for (; written <= mask.Length - ValuesPerBlock; written += ValuesPerBlock)
        {
            Write(ref Unsafe.Add(ref target, written), x, key.Second, limit, scale);
            x += Vector512.Create(unchecked(16 * Stride));
        }

        if (written < mask.Length)
        {
            Span<float> last = stackalloc float[ValuesPerBlock];
            Write(ref MemoryMarshal.GetReference(last), x, key.Second, limit, scale);
            last[..(mask.Length - written)].CopyTo(mask[written..]);
        }
    }

    /// <summary>The first sixteen words' counters, multiplied and keyed; sixteen strides more are those of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Start(DropoutKey key, uint counter) =>
        ((Vector512.Create(counter) + Vector512<uint>.Indices) * Vector512.Create(Stride)) + Vector512.Create(key.First);

    /// <summary>Sixteen words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Mix(Vector512<uint> x, uint second)
    {
        x = ((x ^ (x >>> FirstShift)) * Vector512.Create(FirstFactor)) ^ Vector512.Create(second);
        x = (x ^ (x >>> SecondShift)) * Vector512.Create(SecondFactor);
        return x ^ (x >>> LastShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(ref float target, Vector512<uint> x, uint second, Vector512<short> limit, Vector512<int> scale)
    {
        // All bits of a half are set where the value is kept; widening with the sign keeps that so.
        Vector512<short> keep = Vector512.LessThan(Mix(x, second).AsInt16(), limit);
        (Vector512<int> lower, Vector512<int> upper) = Vector512.Widen(keep);
        (lower & scale).AsSingle().StoreUnsafe(ref target);
        (upper & scale).AsSingle().StoreUnsafe(ref target, (nuint)Vector512<float>.Count);
    }
}
