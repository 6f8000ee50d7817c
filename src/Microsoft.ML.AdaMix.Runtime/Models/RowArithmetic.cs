using System.Numerics.Tensors;

namespace Microsoft.ML.AdaMix.Models;

/// <summary>Changes one row of a tensor in place.</summary>
internal delegate void RowChange(int row, Span<float> values);

/// <summary>Tensors made of others. Pure functions: inputs are not written.</summary>
internal static class RowArithmetic
{
    /// <summary>A float32 copy whose rows were changed one by one.</summary>
    public static HostTensor WithRows(this HostTensor tensor, RowChange change) =>
        HostTensor.Create(tensor.Shape, StorageType.Float32, memory =>
        {
            Span<float> values = memory.Span;
            tensor.Values.Span.CopyTo(values);
            int width = tensor.Values.Length / tensor.Shape[0];
            for (int row = 0; row < tensor.Shape[0]; row++)
            {
                change(row, values.Slice(row * width, width));
            }
        });

    /// <summary>A tensor times a number.</summary>
    public static HostTensor Times(this HostTensor tensor, float factor) =>
        factor == 1 ? tensor : tensor.WithRows((_, values) => TensorPrimitives.Multiply(values, factor, values));

    /// <summary>Each row times its factor.</summary>
    /// <param name="tensor">[out, in] or [out].</param>
    /// <param name="factors">[out].</param>
    public static HostTensor RowsTimes(this HostTensor tensor, HostTensor factors) =>
        tensor.WithRows((row, values) => TensorPrimitives.Multiply(values, factors.Values.Span[row], values));

    /// <summary>Each column times its factor.</summary>
    /// <param name="tensor">[out, in].</param>
    /// <param name="factors">[in].</param>
    public static HostTensor ColumnsTimes(this HostTensor tensor, HostTensor factors) =>
        tensor.WithRows((_, values) => TensorPrimitives.Multiply(values, factors.Values.Span, values));
}
