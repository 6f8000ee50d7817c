using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Parameters;

/// <summary>Makes leaf tensors that training moves. They belong to no dispose scope; their module disposes them.</summary>
/// <remarks>Random values are drawn on the CPU, so that a seed gives the same start on every device.</remarks>
internal static class Initial
{
    /// <summary>Normal values around zero.</summary>
    public static Tensor Normal(long[] shape, double deviation, Generator generator, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return Leaf(randn(shape, dtype: ScalarType.Float32, generator: generator).TimesInPlace(deviation), device);
    }

    /// <summary>Uniform values within ±1/√in, as PyTorch starts its linear layers and LoRA its A.</summary>
    /// <param name="shape">[out, in].</param>
    /// <param name="generator">Source of the values.</param>
    /// <param name="device">Where the leaf lives.</param>
    public static Tensor LinearUniform(long[] shape, Generator generator, Device device) =>
        Uniform(shape, 1 / Math.Sqrt(shape[^1]), generator, device);

    /// <summary>Uniform values within ± a bound.</summary>
    public static Tensor Uniform(long[] shape, double bound, Generator generator, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return Leaf(rand(shape, dtype: ScalarType.Float32, generator: generator).TimesInPlace(2).AddInPlace(-1).TimesInPlace(bound),
            device);
    }

    public static Tensor Zeros(long[] shape, Device device) => Constant(shape, 0, device);

    public static Tensor Constant(long[] shape, double value, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        return Leaf(TensorArithmetic.Everywhere(shape, value), device);
    }

    /// <summary>Starts from a copy of given values.</summary>
    public static Tensor Leaf(Tensor values, Device device) =>
        values.detach().to_type(ScalarType.Float32).to(device).clone().requires_grad_(true).DetachFromDisposeScope();
}
