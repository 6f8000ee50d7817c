using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>Makes leaf tensors that training moves. They belong to no dispose scope; their module disposes them.</summary>
internal static class Initial
{
    /// <summary>Normal values around zero, drawn on the CPU so that a seed gives the same start on every device.</summary>
    public static Tensor Normal(long[] shape, double deviation, Generator generator, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return Leaf(randn(shape, dtype: ScalarType.Float32, generator: generator).mul_(deviation).to(device));
    }

    public static Tensor Zeros(long[] shape, Device device) => Leaf(zeros(shape, dtype: ScalarType.Float32, device: device));

    /// <summary>Starts from given values.</summary>
    public static Tensor Leaf(Tensor values) => values.detach().requires_grad_(true).DetachFromDisposeScope();
}
