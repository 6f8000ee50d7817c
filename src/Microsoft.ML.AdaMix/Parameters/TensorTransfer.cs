using System.Runtime.InteropServices;
using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>Carries numbers between host memory and torch.</summary>
internal static class TensorTransfer
{
    /// <summary>Copies a host tensor to a device. The caller owns the result.</summary>
    public static Tensor ToTorch(this HostTensor tensor, Device device, ScalarType type = ScalarType.Float32)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor copy = empty(Array.ConvertAll(tensor.Shape, size => (long)size), ScalarType.Float32);
        MemoryMarshal.AsBytes(tensor.Values.Span).CopyTo(copy.bytes);
        return copy.to_type(type).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A small tensor of host memory on another device, sent without waiting for it; on the CPU it is the same tensor.
    /// </summary>
    /// <param name="host">On the CPU; not to be changed any more.</param>
    /// <param name="device">Where it goes.</param>
    public static Tensor ToDevice(this Tensor host, Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return host;
        }

        // Pinned memory goes back to a cache of libtorch's, which knows when the copy is done.
        using Tensor pinned = host.pin_memory();
        return pinned.to(device, non_blocking: true);
    }

    /// <summary>Copies a torch tensor of any float type to host memory.</summary>
    public static HostTensor ToHost(this Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor values = tensor.detach().to(ScalarType.Float32).cpu().contiguous();
        return HostTensor.From(Array.ConvertAll(values.shape, size => checked((int)size)), MemoryMarshal.Cast<byte, float>(values.bytes));
    }

    /// <summary>The values of a float tensor, row-major.</summary>
    public static float[] ToArray(this Tensor tensor) => tensor.ToHost().Values.ToArray();
}
