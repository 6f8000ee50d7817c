using Microsoft.ML.AdaMix.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Mean supervised loss and consistency term of a batch.</summary>
internal readonly record struct StepResult(double Loss, double Consistency);

/// <summary>One step of the optimiser: a batch's gradients, then the update.</summary>
/// <param name="gradients">Computes the gradients.</param>
/// <param name="optimizer">Moves the weights.</param>
/// <param name="maxGradientNorm">Largest joint norm of the gradients.</param>
internal sealed class TrainingStep(BatchGradients gradients, AdamW optimizer, double maxGradientNorm)
{
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public StepResult Run(int[] batch, double learningRate, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.ZeroGradients();
        (Tensor supervised, Tensor? consistency) = gradients.Add(batch, consistencyWeight);
        optimizer.ClipGradients(maxGradientNorm);
        optimizer.Step(learningRate);
        double loss = supervised.item<float>();
        return double.IsFinite(loss)
            ? new StepResult(loss, consistency?.item<float>() ?? 0)
            : throw new InvalidOperationException(
                $"The training loss became {loss} at learning rate {learningRate:g3}: training has diverged. Lower LearningRate, or "
                + "raise WarmupRatio.");
    }
}
