using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>A matrix of bytes with the scales that make numbers of them.</summary>
/// <param name="Bytes">The quantised numbers, in the order in which an operator wants them.</param>
/// <param name="Scales">What a step of a byte is worth.</param>
internal sealed record QuantizedMatrix(ByteTensor Bytes, HostTensor Scales);

/// <summary>
/// Symmetric int8 quantisation of weights [out, in]: a group of numbers has the scale max|w| / 127, each is rounded to the nearest multiple of it, and -128 is not used, so
/// that the sum of two products of bytes has room in 16 bits. Pure functions.
/// </summary>
internal static class Quantization
{
    /// <summary>What stands for 0 where bytes are unsigned.</summary>
    public const byte UnsignedZero = 128;

    private const int Largest = 127;

    // Outputs that are written together, so that a line of the processor's cache is filled at once.
    private const int Rows = 64;

    // The smallest number of full precision; a quotient by less could leave the range.
    private const float SmallestScale = 1.17549435e-38f;

    /// <summary>One group an output. Bytes are [in, out], as ONNX's integer products want them; scales [out].</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="isSigned">int8; otherwise uint8 around <see cref="UnsignedZero"/>.</param>
    public static QuantizedMatrix PerOutput(HostTensor weight, bool isSigned)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        byte zero = isSigned ? (byte)0 : UnsignedZero;
        ByteTensor bytes = ByteTensor.Create([inputs, outputs], isSigned);
        return new QuantizedMatrix(bytes, HostTensor.Create([outputs], StorageType.Float32, scales => Parallel.For(0, (outputs + Rows - 1) / Rows, block =>
        {
            int first = block * Rows;
            int rows = Math.Min(Rows, outputs - first);
            float[] steps = new float[rows * inputs];
            for (int row = 0; row < rows; row++)
            {
                scales.Span[first + row] = Quantize(weight.Values.Span.Slice((first + row) * inputs, inputs), steps.AsSpan(row * inputs, inputs));
            }

            for (int input = 0; input < inputs; input++)
            {
                Span<byte> column = bytes.Bytes.AsSpan((input * outputs) + first, rows);
                for (int row = 0; row < rows; row++)
                {
                    column[row] = (byte)(zero + (int)steps[(row * inputs) + input]);
                }
            }
        })));
    }

    /// <summary>
    /// One group for each so many inputs of an output, the last one filled up with zeros. Bytes are uint8 around <see cref="UnsignedZero"/>, [out, groups, size]; scales
    /// [out, groups].
    /// </summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="size">Numbers of a group.</param>
    public static QuantizedMatrix PerBlock(HostTensor weight, int size)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        int blocks = (inputs + size - 1) / size;
        ByteTensor bytes = ByteTensor.Create([outputs, blocks, size], isSigned: false);
        bytes.Bytes.AsSpan().Fill(UnsignedZero);
        return new QuantizedMatrix(bytes, HostTensor.Create([outputs, blocks], StorageType.Float32, scales => Parallel.For(0, outputs, output =>
        {
            Span<float> steps = stackalloc float[size];
            for (int block = 0; block < blocks; block++)
            {
                int group = (output * blocks) + block;
                int start = block * size;
                int length = Math.Min(size, inputs - start);
                scales.Span[group] = Quantize(weight.Values.Span.Slice((output * inputs) + start, length), steps);
                for (int i = 0; i < length; i++)
                {
                    bytes.Bytes[(group * size) + i] = (byte)(UnsignedZero + (int)steps[i]);
                }
            }
        })));
    }

    // Gives the scale of a group and writes its numbers in steps of it: whole, from -127 to 127.
    private static float Quantize(ReadOnlySpan<float> group, Span<float> steps)
    {
        steps = steps[..group.Length];
        float scale = Math.Abs(TensorPrimitives.MaxMagnitude(group)) / Largest;
        if (scale < SmallestScale)
        {
            steps.Clear();
            return 0;
        }

        TensorPrimitives.Divide(group, scale, steps);
        TensorPrimitives.Round(steps, steps);
        return scale;
    }
}
