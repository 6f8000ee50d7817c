namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>Makes row-major bytes of a strided view.</summary>
internal static class StridedCopy
{
    public static byte[] Contiguous(PickleTensor view, ReadOnlyMemory<byte> storage, int size)
    {
        long count = 1;
        long last = view.Offset;
        for (int d = 0; d < view.Shape.Length; d++)
        {
            count = checked(count * view.Shape[d]);
            last = checked(last + (Math.Max(0, view.Shape[d] - 1) * view.Strides[d]));
        }

        long available = storage.Length / size;
        if (view.Offset < 0 || count > available || (count > 0 && last >= available))
        {
            throw new InvalidDataException(
                $"its view of shape {TensorEntry.Describe(view.Shape)}, strides {TensorEntry.Describe(view.Strides)}, offset "
                + $"{view.Offset} does not lie in its storage of {available} numbers");
        }

        byte[] result = new byte[checked((int)(count * size))];
        if (count > 0)
        {
            Copy(view, storage.Span, size, result, 0, view.Offset, 0);
        }

        return result;
    }

    // Copies the sub-view of dimensions from d on; returns the position behind what it wrote.
    private static int Copy(PickleTensor view, ReadOnlySpan<byte> storage, int size, Span<byte> result, int d, long offset, int written)
    {
        int rank = view.Shape.Length;
        if (d == rank || (d == rank - 1 && view.Strides[d] == 1))
        {
            int length = checked((int)((d == rank ? 1 : view.Shape[d]) * size));
            storage.Slice(checked((int)(offset * size)), length).CopyTo(result[written..]);
            return written + length;
        }

        for (long i = 0; i < view.Shape[d]; i++)
        {
            written = Copy(view, storage, size, result, d + 1, offset + (i * view.Strides[d]), written);
        }

        return written;
    }
}
