namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>
/// A tensor of bytes, row-major, in a pinned array that ONNX Runtime reads in place; whoever holds the tensor keeps it alive.
/// </summary>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Bytes">As many as the shape says.</param>
/// <param name="IsSigned">Whether the bytes are int8 or uint8.</param>
internal sealed record ByteTensor(int[] Shape, byte[] Bytes, bool IsSigned)
{
    /// <summary>A tensor of zero bytes to be filled.</summary>
    public static ByteTensor Create(int[] shape, bool isSigned)
    {
        long count = 1;
        foreach (int size in shape)
        {
            count = checked(count * size);
        }

        return new ByteTensor(shape, GC.AllocateArray<byte>(checked((int)count), pinned: true), isSigned);
    }

    /// <summary>A scalar.</summary>
    public static ByteTensor Scalar(byte value, bool isSigned)
    {
        ByteTensor scalar = Create([], isSigned);
        scalar.Bytes[0] = value;
        return scalar;
    }
}
