using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>
/// Makes two stochastic passes agree (consistency regularisation, section 3.2 of the paper): the symmetric KL term ½ (KL(p₂‖p₁) +
/// KL(p₁‖p₂)) of each row, natural logarithm.
/// </summary>
/// <remarks>In each half the first distribution is a constant target, as in the authors' code: d/d logits₁ = ½ (p₁ − p₂).</remarks>
internal static class ConsistencyLoss
{
    /// <summary>Of two distributions over classes.</summary>
    /// <param name="logits1">[B, classes].</param>
    /// <param name="logits2">[B, classes].</param>
    /// <returns>[B].</returns>
    public static Tensor CompareClasses(Tensor logits1, Tensor logits2)
    {
        Tensor log1 = F.log_softmax(logits1, -1); // [B, classes]
        Tensor log2 = F.log_softmax(logits2, -1);
        return HalfSum(log1, log2).sum(-1);
    }

    /// <summary>Of as many pairs of yes-or-no distributions as there are labels, averaged over labels as their loss is.</summary>
    /// <param name="logits1">[B, labels].</param>
    /// <param name="logits2">[B, labels].</param>
    /// <returns>[B].</returns>
    public static Tensor CompareLabels(Tensor logits1, Tensor logits2) =>
        HalfSum(F.logsigmoid(logits1), F.logsigmoid(logits2)).Plus(HalfSum(F.logsigmoid(-logits1), F.logsigmoid(-logits2))).mean([-1]);

    private static Tensor HalfSum(Tensor log1, Tensor log2)
    {
        Tensor target1 = log1.detach();
        Tensor target2 = log2.detach();
        return (target2.exp() * target2.Minus(log1)).Plus(target1.exp() * target1.Minus(log2)).Times(0.5);
    }
}
