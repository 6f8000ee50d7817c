using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>The losses of one batch. Scalars, except the logits [B, outputs]; the second pass is absent without a consistency term.</summary>
internal readonly record struct StepLosses(Tensor Total, Tensor Supervised, Tensor? Consistency, Tensor Logits1, Tensor? Logits2);

/// <summary>What a training step minimises: the supervised loss of the first pass plus the weighted disagreement of both passes (section 3.2 of the paper).</summary>
internal static class Objective
{
    /// <summary>Classification: cross entropy. One pass only if the consistency weight is zero.</summary>
    /// <param name="pass">Computes logits [B, classes] with new routes and dropout each time it is called.</param>
    /// <param name="labels">int64 [B], class indices.</param>
    /// <param name="rowWeights">float32 [B], summing to one; null for the plain mean.</param>
    /// <param name="consistencyWeight">Weight of the symmetric KL term.</param>
    public static StepLosses Classification(Func<Tensor> pass, Tensor labels, Tensor? rowWeights, double consistencyWeight)
    {
        Tensor logits1 = pass();
        Tensor supervised = rowWeights is null
            ? F.cross_entropy(logits1, labels)
            : (F.cross_entropy(logits1, labels, reduction: nn.Reduction.None) * rowWeights).sum();
        return WithConsistency(pass, supervised, logits1, rowWeights, consistencyWeight);
    }

    /// <summary>Regression on one output: mean squared error. The consistency term of a single output is zero; both passes run as in the reference.</summary>
    public static StepLosses Regression(Func<Tensor> pass, Tensor targets, double consistencyWeight)
    {
        Tensor logits1 = pass();
        return WithConsistency(pass, F.mse_loss(logits1.squeeze(-1), targets), logits1, null, consistencyWeight);
    }

    private static StepLosses WithConsistency(Func<Tensor> pass, Tensor supervised, Tensor logits1, Tensor? rowWeights, double consistencyWeight)
    {
        if (consistencyWeight == 0)
        {
            return new StepLosses(supervised, supervised, null, logits1, null);
        }

        Tensor logits2 = pass();
        Tensor consistency = Consistency.SymmetricKl(logits1, logits2, rowWeights);
        Tensor total = supervised + (consistency * consistencyWeight);
        return new StepLosses(total, supervised, consistency, logits1, logits2);
    }
}
