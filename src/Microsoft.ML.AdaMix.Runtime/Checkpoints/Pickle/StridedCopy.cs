namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>Makes row-major bytes of a strided view.</summary>
internal static class StridedCopy
{
    /// <returns>A part of the storage where the view is one, otherwise a copy.</returns>
    public static ReadOnlyMemory<byte> Contiguous(PickleTensor view, ReadOnlyMemory<byte> storage, int size)
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

        int length = checked((int)(count * size));
        if (count > 0 && last == view.Offset + count - 1 && IsRowMajor(view))
        {
            return storage.Slice(checked((int)(view.Offset * size)), length);
        }

        byte[] result = new byte[length];
        if (count > 0)
        {
            Copy(view, storage.Span, size, result, 0, view.Offset, 0);
        }

        return result;
    }

    private static bool IsRowMajor(PickleTensor view)
    {
        long stride = 1;
        for (int d = view.Shape.Length - 1; d >= 0; d--)
        {
            if (view.Shape[d] > 1 && view.Strides[d] != stride)
            {
                return false;
            }

            stride *= view.Shape[d];
        }

        return true;
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
