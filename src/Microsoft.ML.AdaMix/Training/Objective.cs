using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// The losses of one batch. Scalars, except the logits [B, outputs]; the second pass is absent without a consistency term.
/// </summary>
internal readonly record struct StepLosses(Tensor Total, Tensor Supervised, Tensor? Consistency, Tensor Logits1, Tensor? Logits2);

/// <summary>
/// What a training step minimises: the supervised loss of the first pass plus the weighted consistency term of both passes (section 3.2 of
/// the paper).
/// </summary>
internal static class Objective
{
    /// <summary>One step's losses. There is one pass only if the consistency weight is zero.</summary>
    /// <param name="task">Says what the losses are.</param>
    /// <param name="pass">Computes logits [B, outputs] with new routes and dropout each time it is called.</param>
    /// <param name="targets">float32 [B, width].</param>
    /// <param name="rowWeights">float32 [B], summing to one; null for the plain mean.</param>
    /// <param name="consistencyWeight">Weight of the consistency term.</param>
    public static StepLosses Compute(ITrainingTask task, Func<Tensor> pass, Tensor targets, Tensor? rowWeights, double consistencyWeight)
    {
        Tensor Mean(Tensor rows) => rowWeights is null ? rows.mean() : (rows * rowWeights).sum();
        Tensor logits1 = pass();
        Tensor supervised = Mean(task.Losses(logits1, targets));
        if (consistencyWeight == 0)
        {
            return new StepLosses(supervised, supervised, null, logits1, null);
        }

        Tensor logits2 = pass();
        Tensor consistency = Mean(task.Consistency(logits1, logits2));
        return new StepLosses(supervised.Plus(consistency.Times(consistencyWeight)), supervised, consistency, logits1, logits2);
    }
}
