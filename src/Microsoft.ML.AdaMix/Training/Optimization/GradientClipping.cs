using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>Limits the joint norm of all gradients.</summary>
internal static class GradientClipping
{
    /// <summary>Scales gradients in place so that their norm is at most <paramref name="maxNorm"/>.</summary>
    /// <param name="gradients">float32 [n].</param>
    /// <param name="maxNorm">More than 0; infinity for any.</param>
    /// <returns>The norm before, a scalar on the gradients' device: reading it would make a GPU wait.</returns>
    public static Tensor Clip(Tensor gradients, double maxNorm)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor norm = gradients.norm();
        if (double.IsFinite(maxNorm))
        {
            gradients.mul_(norm.Plus(1e-6).reciprocal().Times(maxNorm).Within(0, 1));
        }

        return norm.MoveToOuterDisposeScope();
    }
}
