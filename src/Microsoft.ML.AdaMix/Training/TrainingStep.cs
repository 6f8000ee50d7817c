using Microsoft.ML.AdaMix.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>One step of the optimiser: a batch's gradients, then the update.</summary>
/// <param name="gradients">Computes the gradients.</param>
/// <param name="optimizer">Moves the weights.</param>
/// <param name="maxGradientNorm">Largest joint norm of the gradients.</param>
internal sealed class TrainingStep(BatchGradients gradients, AdamW optimizer, double maxGradientNorm)
{
    /// <returns>float32 [2], of no dispose scope: mean supervised loss and consistency term. Reading it makes a GPU wait.</returns>
    public Tensor Run(int[] batch, double learningRate, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        using StepGradients found = gradients.Compute(batch, consistencyWeight);
        GradientClipping.Clip(found.Values, maxGradientNorm);
        optimizer.Step(found.Values, found.Found, learningRate);
        return found.Losses.clone().DetachFromDisposeScope();
    }
}
