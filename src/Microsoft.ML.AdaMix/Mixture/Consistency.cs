using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>Makes two stochastic passes agree (consistency regularisation, section 3.2 of the paper).</summary>
internal static class Consistency
{
    /// <summary>
    /// ½ (KL(p₂‖p₁) + KL(p₁‖p₂)), summed over classes and averaged over rows, natural logarithm. In each term the first
    /// distribution is a constant target, as in the authors' code: d/d logits₁ = ½ (p₁ − p₂) / B.
    /// </summary>
    /// <param name="logits1">[B, classes].</param>
    /// <param name="logits2">[B, classes].</param>
    /// <param name="rowWeights">[B], summing to one; null for the plain mean.</param>
    /// <returns>A scalar.</returns>
    public static Tensor SymmetricKl(Tensor logits1, Tensor logits2, Tensor? rowWeights = null)
    {
        Tensor log1 = F.log_softmax(logits1, -1); // [B, classes]
        Tensor log2 = F.log_softmax(logits2, -1);
        Tensor target1 = log1.detach();
        Tensor target2 = log2.detach();
        Tensor rows = ((target2.exp() * (target2 - log1)) + (target1.exp() * (target1 - log2))).sum(-1) * 0.5; // [B]
        return rowWeights is null ? rows.mean() : (rows * rowWeights).sum();
    }
}
