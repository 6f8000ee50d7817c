using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Dropout whose random numbers belong to the run; torch's own would draw from the process-wide generator.</summary>
internal sealed class Dropout : IDisposable
{
    private readonly DropoutMask? _mask;
    private readonly Generator? _generator;

    public Dropout(RandomSource seeds, Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            _mask = new DropoutMask(seeds);
        }
        else
        {
            _generator = new Generator(seeds.NextUInt64(), device);
        }
    }

    /// <summary>Where the sequence of masks stands; putting it back repeats the masks that were drawn since.</summary>
    public DropoutPosition Position
    {
        get => _mask is null
            ? new DropoutPosition(default, default, _generator!.get_state())
            : new DropoutPosition(_mask.State0, _mask.State1, null);
        set
        {
            if (_mask is null)
            {
                _generator!.set_state(value.Generator!);
            }
            else
            {
                _mask.State0 = value.State0;
                _mask.State1 = value.State1;
            }
        }
    }

    /// <summary>Zeroes each value with the given probability and scales the rest by its inverse complement.</summary>
    public Tensor Apply(Tensor x, double probability)
    {
        if (probability <= 0)
        {
            return x;
        }

        Tensor mask = empty(x.shape, dtype: ScalarType.Float32, device: x.device); // [same as x]
        if (_mask is not null)
        {
            _mask.Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), probability);
        }
        else
        {
            mask.bernoulli_(1 - probability, _generator!).DivideInPlace(1 - probability);
        }

        return x * mask.to_type(x.dtype);
    }

    public void Dispose() => _generator?.Dispose();
}

/// <summary>State of a <see cref="Dropout"/>'s random numbers: two vectors on the CPU, a generator's bytes elsewhere.</summary>
internal readonly record struct DropoutPosition(Vector512<ulong> State0, Vector512<ulong> State1, Tensor? Generator);
