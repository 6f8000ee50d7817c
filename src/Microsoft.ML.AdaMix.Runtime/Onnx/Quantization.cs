using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>A matrix of bytes with the scales that make numbers of them.</summary>
/// <param name="Bytes">The quantised numbers, [in, out], as ONNX's integer products want them.</param>
/// <param name="Scales">What a step of a byte is worth, [out].</param>
internal sealed record QuantizedMatrix(ByteTensor Bytes, HostTensor Scales);

/// <summary>
/// Symmetric int8 quantisation of weights [out, in]: the numbers of an output have the scale max|w| / 127, each is rounded to the nearest
/// multiple of it, and -128 is not used, so that the sum of two products of bytes has room in 16 bits.
/// </summary>
/// <remarks>Pure functions.</remarks>
internal static class Quantization
{
    /// <summary>What stands for 0 where bytes are unsigned.</summary>
    public const byte UnsignedZero = 128;

    private const int Largest = 127;

    // Outputs that are written together, so that a line of the processor's cache is filled at once.
    private const int Rows = 64;

    // The smallest number of full precision; a quotient by less could leave the range.
    private const float SmallestScale = 1.17549435e-38f;

    /// <summary>A scale an output.</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="isSigned">int8; otherwise uint8 around <see cref="UnsignedZero"/>.</param>
    public static QuantizedMatrix PerOutput(HostTensor weight, bool isSigned)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        byte zero = isSigned ? (byte)0 : UnsignedZero;
        ByteTensor bytes = ByteTensor.Create([inputs, outputs], isSigned);
        return new QuantizedMatrix(
            bytes, HostTensor.Create([outputs], StorageType.Float32, scales => Parallel.For(0, (outputs + Rows - 1) / Rows, block =>
        {
            int first = block * Rows;
            int rows = Math.Min(Rows, outputs - first);
            float[] steps = new float[rows * inputs];
            for (int row = 0; row < rows; row++)
            {
                scales.Span[first + row] = Quantize(
                    weight.Values.Span.Slice((first + row) * inputs, inputs), steps.AsSpan(row * inputs, inputs));
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

    // Gives the scale of an output and writes its numbers in steps of it: whole, from -127 to 127.
    private static float Quantize(ReadOnlySpan<float> output, Span<float> steps)
    {
        float scale = Math.Abs(TensorPrimitives.MaxMagnitude(output)) / Largest;
        if (scale < SmallestScale)
        {
            steps.Clear();
            return 0;
        }

        TensorPrimitives.Divide(output, scale, steps);
        TensorPrimitives.Round(steps, steps);
        return scale;
    }
}
