using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>
/// Dropout of some rows whose random numbers belong to the run; torch's own would draw from a generator that all trainings of a process
/// share.
/// </summary>
/// <param name="keys">A key a row.</param>
/// <param name="device">Where the rows are.</param>
/// <param name="expectedWords">On a GPU: words that a row will take about, drawn at once, so that there are few launches.</param>
internal sealed class Dropout(DropoutKey[] keys, Device device, long expectedWords = 0) : IDisposable
{
    private readonly DeviceMasks? _masks = device.type == DeviceType.CPU ? null : new DeviceMasks(keys, device, expectedWords);

    /// <summary>Words that each row has taken; putting it back repeats the masks that were drawn since.</summary>
    public uint Position { get; set; }

    /// <summary>Zeroes each value with the given probability and scales the rest by its inverse complement.</summary>
    /// <param name="x">[rows, ...], as many rows as there are keys.</param>
    /// <param name="probability">0 up to and without 1.</param>
    public Tensor Apply(Tensor x, double probability) => probability <= 0 ? x : x * Mask(x.shape, probability, x.dtype);

    public void Dispose() => _masks?.Dispose();

    // [rows, ...]
    private Tensor Mask(long[] shape, double probability, ScalarType type)
    {
        long size = 1;
        for (int dimension = 1; dimension < shape.Length; dimension++)
        {
            size *= shape[dimension];
        }

        uint start = Position;
        Position = checked(start + DropoutWords.Count(size));
        return _masks is null ? Fill(shape, (int)size, start, probability, type) : _masks.Get(shape, size, start, probability, type);
    }

    private Tensor Fill(long[] shape, int size, uint start, double probability, ScalarType type)
    {
        Tensor mask = empty(shape, ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(mask.bytes);
        for (int row = 0; row < keys.Length; row++)
        {
            DropoutWords.Fill(values.Slice(row * size, size), keys[row], start, probability);
        }

        return mask.to_type(type);
    }
}
