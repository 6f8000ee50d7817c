using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Widening of stored floats to float32 and the way back, which loses nothing for values that came from there.</summary>
internal static class FloatConversion
{
    public static int Size(StorageType type) => type == StorageType.Float32 ? 4 : 2;

    /// <summary>Reads little-endian numbers of <paramref name="type"/>.</summary>
    public static void Widen(ReadOnlySpan<byte> source, StorageType type, Span<float> destination)
    {
        switch (type)
        {
            case StorageType.Float32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
            case StorageType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            default:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
        }
    }

    /// <summary>Writes little-endian numbers of <paramref name="type"/>.</summary>
    public static void Narrow(ReadOnlySpan<float> source, StorageType type, Span<byte> destination)
    {
        switch (type)
        {
            case StorageType.Float32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                break;
            case StorageType.Float16:
                TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            default:
                ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(source);
                Span<ushort> upper = MemoryMarshal.Cast<byte, ushort>(destination);
                for (int i = 0; i < bits.Length; i++)
                {
                    upper[i] = (ushort)(bits[i] >> 16);
                }

                break;
        }
    }

    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(source.Slice(i, Vector256<ushort>.Count)));
            Vector256.ShiftLeft(low, 16).CopyTo(destination[i..]);
            Vector256.ShiftLeft(high, 16).CopyTo(destination[(i + Vector256<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }
}
