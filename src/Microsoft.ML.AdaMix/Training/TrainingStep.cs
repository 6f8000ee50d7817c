using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>One step of the optimiser: a batch's gradients, then the update.</summary>
/// <param name="gradients">Computes the gradients.</param>
/// <param name="optimizer">Moves the weights.</param>
/// <param name="maxGradientNorm">Largest joint norm of the gradients.</param>
/// <param name="threads">One of them computes the update: a norm is a sum, whose last bits depend on how many compute it.</param>
internal sealed class TrainingStep(BatchGradients gradients, AdamW optimizer, double maxGradientNorm, OperatorThreads threads)
{
    /// <returns>float32 [2], of no dispose scope: mean supervised loss and consistency term. Reading it makes a GPU wait.</returns>
    public Tensor Run(int[] batch, double learningRate, MixtureStep mixture)
    {
        using StepGradients found = gradients.Compute(batch, mixture);
        return threads.Run(() =>
        {
            using DisposeScope scope = NewDisposeScope();
            GradientClipping.Clip(found.Values, maxGradientNorm);
            optimizer.Step(found.Values, found.Found, learningRate);
            return found.Losses.clone().DetachFromDisposeScope();
        });
    }
}
