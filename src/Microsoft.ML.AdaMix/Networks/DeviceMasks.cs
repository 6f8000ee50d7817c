using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Dropout masks by tensor operations where the rows are: the same as <see cref="DropoutWords"/> fills on the CPU.</summary>
/// <remarks>Words are drawn in long stretches, since on a GPU every operation costs a launch, whatever its size.</remarks>
internal sealed class DeviceMasks : IDisposable
{
    // Words of all rows in a stretch: 64 MiB of them, and two to three times that in between.
    private const long MostWords = 1 << 24;

    private readonly long _expected;
    private readonly Tensor _first; // int32 [rows, 1]
    private readonly Tensor _second;
    private readonly Dictionary<int, Tensor> _numbers = []; // int32 scalars, on the CPU: operators take them as numbers
    private readonly Dictionary<(double, ScalarType), Tensor> _masks = []; // [rows, 2 x words] of the stretch
    private Tensor? _low; // int32 [rows, words] of the stretch: each word's low half in its place of the high one
    private Tensor? _high; // the words themselves
    private uint _start;
    private long _words;

    public DeviceMasks(DropoutKey[] keys, Device device, long expectedWords)
    {
        _expected = Math.Min(expectedWords, MostWords / keys.Length);
        using DisposeScope scope = NewDisposeScope();
        int[] both = [.. keys.Select(key => unchecked((int)key.First)), .. keys.Select(key => unchecked((int)key.Second))];
        Tensor[] parts = tensor(both, 2, keys.Length, 1).ToDevice(device).unbind(0);
        _first = parts[0].DetachFromDisposeScope();
        _second = parts[1].DetachFromDisposeScope();
    }

    /// <summary>0, or what kept values are multiplied with.</summary>
    /// <param name="shape">[rows, ...].</param>
    /// <param name="size">Values of a row.</param>
    /// <param name="start">The first word's counter.</param>
    /// <param name="probability">Share of zeros.</param>
    /// <param name="type">Type of the mask.</param>
    public Tensor Get(long[] shape, long size, uint start, double probability, ScalarType type)
    {
        uint words = DropoutWords.Count(size);
        if (_high is null || start < _start || start + words > _start + _words)
        {
            Draw(start, Math.Max(words, _expected));
        }

        if (!_masks.TryGetValue((probability, type), out Tensor? mask))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor limit = Number(DropoutWords.Limit(probability) << 16); // what is behind the high half changes no comparison
            mask = stack([_low!.lt(limit), _high!.lt(limit)], -1).view(_high.shape[0], 2 * _words).to_type(type)
                .TimesInPlace(DropoutWords.Scale(probability)).DetachFromDisposeScope();
            _masks[(probability, type)] = mask;
        }

        return mask.narrow(1, 2L * (start - _start), size).view(shape);
    }

    public void Dispose()
    {
        Forget();
        _first.Dispose();
        _second.Dispose();
        foreach (Tensor number in _numbers.Values)
        {
            number.Dispose();
        }

        _numbers.Clear();
    }

    private void Draw(uint start, long words)
    {
        Forget();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Tensor begin = tensor(unchecked((int)(start * DropoutWords.Stride)), ScalarType.Int32);
        Tensor counters = TensorArithmetic.Count(words, _first.device).to_type(ScalarType.Int32) // [words]
            .mul_(Number(DropoutWords.Stride));
        Tensor x = counters.Plus(_first.Plus(begin)); // [rows, words]
        XorShift(x, DropoutWords.FirstShift);
        x.mul_(Number(DropoutWords.FirstFactor)).bitwise_xor_(_second);
        XorShift(x, DropoutWords.SecondShift);
        x.mul_(Number(DropoutWords.SecondFactor));
        XorShift(x, DropoutWords.LastShift);
        _low = x.bitwise_left_shift(Number(16)).DetachFromDisposeScope();
        _high = x.DetachFromDisposeScope();
        _start = start;
        _words = words;
    }

    // x ^= x >>> shift of 32 bits; torch's shift brings the sign along, which the mask takes away.
    private void XorShift(Tensor x, int shift)
    {
        using DisposeScope scope = NewDisposeScope();
        x.bitwise_xor_(x.bitwise_right_shift(Number(shift)).bitwise_and_(Number((1u << (32 - shift)) - 1)));
    }

    private Tensor Number(int value)
    {
        if (!_numbers.TryGetValue(value, out Tensor? number))
        {
            number = tensor(value, ScalarType.Int32).DetachFromDisposeScope();
            _numbers[value] = number;
        }

        return number;
    }

    private Tensor Number(uint value) => Number(unchecked((int)value));

    private void Forget()
    {
        _low?.Dispose();
        _high?.Dispose();
        _high = null;
        foreach (Tensor mask in _masks.Values)
        {
            mask.Dispose();
        }

        _masks.Clear();
    }
}
