using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>The losses of some rows, scalars; the consistency term is absent where there is one pass.</summary>
internal readonly record struct StepLosses(Tensor Total, Tensor Supervised, Tensor? Consistency);

/// <summary>
/// What a training step minimises: the supervised loss of the first pass, or the mean of both passes', plus the weighted consistency term
/// of both (section 3.2 of the paper).
/// </summary>
internal static class Objective
{
    /// <param name="task">Says what the losses are.</param>
    /// <param name="logits1">[B, outputs], the first pass's.</param>
    /// <param name="logits2">The second pass's; null where the consistency term counts nothing.</param>
    /// <param name="targets">float32 [B, width].</param>
    /// <param name="rowWeights">float32 [B]; null for the plain mean.</param>
    /// <param name="consistencyWeight">Weight of the consistency term.</param>
    /// <param name="supervision">Which passes learn from the targets.</param>
    public static StepLosses Compute(
        ITrainingTask task, Tensor logits1, Tensor? logits2, Tensor targets, Tensor? rowWeights, double consistencyWeight,
        SupervisedPasses supervision = SupervisedPasses.First)
    {
        Tensor Mean(Tensor rows) => rowWeights is null ? rows.mean() : (rows * rowWeights).sum();
        Tensor supervised = Mean(task.Losses(logits1, targets));
        if (logits2 is null)
        {
            return new StepLosses(supervised, supervised, null);
        }

        if (supervision == SupervisedPasses.Both)
        {
            supervised = supervised.Plus(Mean(task.Losses(logits2, targets))).Times(0.5);
        }

        Tensor consistency = Mean(task.Consistency(logits1, logits2));
        return new StepLosses(supervised.Plus(consistency.Times(consistencyWeight)), supervised, consistency);
    }
}
