using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>The same numbers in another shape or order, bit for bit and in the type in which they are stored.</summary>
internal static class TensorForms
{
    /// <summary>The same numbers with other sides.</summary>
    public static HostTensor As(this HostTensor tensor, params int[] shape) => tensor with { Shape = shape };

    /// <summary>Columns of a matrix.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="start">The first column.</param>
    /// <param name="count">How many.</param>
    public static HostTensor Columns(this HostTensor matrix, int start, int count)
    {
        int rows = matrix.Shape[0];
        int width = matrix.Shape[1];
        return HostTensor.Create([rows, count], matrix.Storage, memory =>
        {
            for (int row = 0; row < rows; row++)
            {
                matrix.Values.Span.Slice((row * width) + start, count).CopyTo(memory.Span[(row * count)..]);
            }
        });
    }

    /// <summary>Matrices of as many rows side by side.</summary>
    public static HostTensor Beside(IReadOnlyList<HostTensor> matrices)
    {
        int rows = matrices[0].Shape[0];
        int width = matrices.Sum(matrix => matrix.Shape[1]);
        return HostTensor.Create([rows, width], matrices[0].Storage, memory =>
        {
            int start = 0;
            foreach (HostTensor matrix in matrices)
            {
                for (int row = 0; row < rows; row++)
                {
                    matrix.Values.Span.Slice(row * matrix.Shape[1], matrix.Shape[1]).CopyTo(memory.Span[((row * width) + start)..]);
                }

                start += matrix.Shape[1];
            }
        });
    }

    /// <summary>Whether two tensors hold the same bits.</summary>
    public static bool SameAs(this HostTensor one, HostTensor other) =>
        one.Shape.AsSpan().SequenceEqual(other.Shape)
        && System.Runtime.InteropServices.MemoryMarshal.AsBytes(one.Values.Span).SequenceEqual(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(other.Values.Span));
}
