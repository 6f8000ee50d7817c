namespace Microsoft.ML.AdaMix.Models;

/// <summary>How a tensor's numbers are stored in a file; in memory they are float32.</summary>
internal enum StorageType
{
    Float32,
    Float16,
    BFloat16,
}

/// <summary>
/// A float32 tensor in host memory, row-major. The memory is pinned or native, so that ONNX Runtime and libtorch can read it in
/// place; whoever holds the tensor keeps it alive.
/// </summary>
/// <remarks>Its values are never written after construction.</remarks>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Values">As many values as the shape says.</param>
/// <param name="Storage">The type in which the values came and are written again without loss.</param>
internal sealed record HostTensor(int[] Shape, Memory<float> Values, StorageType Storage = StorageType.Float32)
{
    public long Count => Values.Length;

    /// <summary>Makes a tensor over a new pinned array that <paramref name="fill"/> writes.</summary>
    public static HostTensor Create(int[] shape, StorageType storage, Action<Memory<float>> fill)
    {
        long count = 1;
        foreach (int size in shape)
        {
            count = checked(count * size);
        }

        float[] values = GC.AllocateUninitializedArray<float>(checked((int)count), pinned: true);
        fill(values);
        return new HostTensor(shape, values, storage);
    }

    public static HostTensor From(int[] shape, ReadOnlySpan<float> values)
    {
        float[] copy = values.ToArray();
        return Create(shape, StorageType.Float32, memory => copy.CopyTo(memory));
    }
}
