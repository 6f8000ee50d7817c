using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>A matrix in the compact part of a delta file. A structure, so that JSON's null is none; nothing of it may be missing.</summary>
[method: JsonConstructor]
internal readonly record struct CompactEntry(string Name, int Rows, int Columns);

/// <summary>A matrix to be written, and how many steps its rows' largest numbers may take.</summary>
internal readonly record struct CompactTensor(HostTensor Tensor, int Steps);

/// <summary>
/// Matrices with 12 or 14 bits a number: multiples of a power of two that each row chooses so that its largest number fits. No number
/// moves by more than one part in <see cref="CompactTensor.Steps"/> of the largest in its row; what was read is written again without
/// loss.
/// </summary>
/// <remarks>
/// First come the rows' exponents, then all upper and then all lower bytes, because the upper ones alone can be packed by the file around
/// them.
/// </remarks>
internal static class CompactTensors
{
    /// <summary>14 bits: the head, whose every error is one of the logits.</summary>
    public const int Fine = 8191;

    /// <summary>12 bits: what stands in the encoder, where the residuals around it count for more.</summary>
    public const int Coarse = 2047;

    private const int SmallestExponent = -126; // below, float32 loses bits itself
    private const float TooLarge = 1e38f; // rounded up it might be infinite

    /// <summary>
    /// Whether a tensor is written so. Biases and factors are small; what was stored in halves is short already; what is not finite is
    /// refused when it is loaded.
    /// </summary>
    public static bool Takes(HostTensor tensor) =>
        tensor.Shape.Length == 2 && tensor is { Count: > 0, Storage: StorageType.Float32 }
        && TensorPrimitives.MaxMagnitude<float>(tensor.Values.Span) < TooLarge;

    public static byte[] Write(IReadOnlyList<CompactTensor> tensors)
    {
        int rows = tensors.Sum(tensor => tensor.Tensor.Shape[0]);
        int count = checked((int)tensors.Sum(tensor => tensor.Tensor.Count));
        byte[] content = new byte[checked(rows + (2 * count))];
        Span<byte> exponents = content.AsSpan(0, rows);
        Span<byte> upper = content.AsSpan(rows, count);
        Span<byte> lower = content.AsSpan(rows + count);
        foreach ((HostTensor tensor, int steps) in tensors)
        {
            int columns = tensor.Shape[1];
            for (int row = 0; row < tensor.Shape[0]; row++)
            {
                ReadOnlySpan<float> values = tensor.Values.Span.Slice(row * columns, columns);
                int exponent = Exponent(TensorPrimitives.MaxMagnitude(values), steps);
                exponents[row] = (byte)(sbyte)exponent;
                for (int column = 0; column < columns; column++)
                {
                    int multiple = (int)MathF.Round(MathF.ScaleB(values[column], -exponent));
                    upper[column] = (byte)(multiple >> 8);
                    lower[column] = (byte)multiple;
                }

                upper = upper[columns..];
                lower = lower[columns..];
            }

            exponents = exponents[tensor.Shape[0]..];
        }

        return content;
    }

    /// <exception cref="InvalidDataException">The content has not the length that the entries say, or an entry is not valid.</exception>
    public static Dictionary<string, HostTensor> Read(ReadOnlySpan<byte> content, IReadOnlyList<CompactEntry> entries)
    {
        (int rows, int count) = CheckLength(content.Length, entries);
        ReadOnlySpan<byte> exponents = content[..rows];
        ReadOnlySpan<byte> upper = content.Slice(rows, count);
        ReadOnlySpan<byte> lower = content[(rows + count)..];
        Dictionary<string, HostTensor> tensors = new(StringComparer.Ordinal);
        foreach (CompactEntry entry in entries)
        {
            float[] values = GC.AllocateUninitializedArray<float>(entry.Rows * entry.Columns, pinned: true);
            for (int index = 0; index < values.Length; index++)
            {
                int multiple = (short)((upper[index] << 8) | lower[index]);
                values[index] = MathF.ScaleB(multiple, (sbyte)exponents[index / entry.Columns]);
            }

            exponents = exponents[entry.Rows..];
            upper = upper[values.Length..];
            lower = lower[values.Length..];
            if (!tensors.TryAdd(entry.Name, new HostTensor([entry.Rows, entry.Columns], values)))
            {
                throw new InvalidDataException(
                    $"The model's manifest lists the tensor '{entry.Name}' twice in its compact part."
                    + " The file is damaged; save the model again.");
            }
        }

        return tensors;
    }

    /// <returns>How many rows and numbers there are.</returns>
    private static (int Rows, int Count) CheckLength(int length, IReadOnlyList<CompactEntry> entries)
    {
        Int128 rows = 0;
        Int128 count = 0;
        foreach (CompactEntry entry in entries)
        {
            if (entry.Rows <= 0 || entry.Columns <= 0)
            {
                throw new InvalidDataException(
                    $"The model's manifest gives '{entry.Name}' in Compact the shape [{entry.Rows}, {entry.Columns}];"
                    + " sides of 1 or more are expected."
                    + " The file is damaged; save the model again.");
            }

            rows += entry.Rows;
            count += (Int128)entry.Rows * entry.Columns;
        }

        Int128 expected = rows + (2 * count);
        return length == expected
            ? ((int)rows, (int)count)
            : throw new InvalidDataException(
                $"The model's compact part has {length} bytes; expected for the {entries.Count} tensors of its manifest are {expected}."
                + " The file is damaged; save the model again.");
    }

    private static int Exponent(float largest, int steps)
    {
        if (largest == 0)
        {
            return SmallestExponent;
        }

        int exponent = Math.Max(SmallestExponent, MathF.ILogB(largest) - int.Log2(steps)); // largest is now from half of the steps to all
        return MathF.Round(MathF.ScaleB(largest, -exponent)) > steps ? exponent + 1 : exponent;
    }
}
