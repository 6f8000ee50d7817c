using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Widening of stored floats to float32 and the way back, which loses nothing for values that came from there.</summary>
internal static class FloatConversion
{
    public static int Size(StorageType type) => type == StorageType.Float32 ? 4 : 2;

    /// <summary>How a tensor's numbers are kept: as they came, but those of float64 as float32.</summary>
    /// <param name="entry">The tensor.</param>
    /// <param name="file">What messages call its file.</param>
    /// <exception cref="InvalidDataException">They are no floats.</exception>
    public static StorageType StorageOf(TensorEntry entry, string file) => entry.Type switch
    {
        ElementType.Float32 or ElementType.Float64 => StorageType.Float32,
        ElementType.Float16 => StorageType.Float16,
        ElementType.BFloat16 => StorageType.BFloat16,
        _ => throw new InvalidDataException(
            $"Tensor '{entry.Name}' of '{file}' is of type {entry.Type}; weights must be float32, float64, float16 or bfloat16. Convert "
            + "the checkpoint."),
    };

    /// <summary>Reads little-endian floats of <paramref name="type"/> as float32.</summary>
    public static void Read(ReadOnlySpan<byte> source, ElementType type, Span<float> destination)
    {
        switch (type)
        {
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(source), destination);
                break;
            case ElementType.Float16:
                Widen(source, StorageType.Float16, destination);
                break;
            case ElementType.BFloat16:
                Widen(source, StorageType.BFloat16, destination);
                break;
            default:
                Widen(source, StorageType.Float32, destination);
                break;
        }
    }

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
