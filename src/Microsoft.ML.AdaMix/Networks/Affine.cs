using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>Linear maps and LayerNorm whose bias may differ from row to row or from token to token.</summary>
internal static class Affine
{
    /// <summary>x Wᵀ + b in the type of <paramref name="x"/>.</summary>
    /// <param name="x">[B, T, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], [B, 1, out] or [B, T, out]; null for none.</param>
    /// <returns>[B, T, out].</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
    {
        Tensor w = weight.to_type(x.dtype);
        Tensor? b = bias?.to_type(x.dtype);
        return b is null || b.dim() == 1 ? F.linear(x, w, b) : F.linear(x, w).Plus(Cut(b, x));
    }

    /// <summary>LayerNorm over the last dimension, in the type of <paramref name="x"/>.</summary>
    /// <param name="x">[B, T, hidden].</param>
    /// <param name="weight">[hidden].</param>
    /// <param name="bias">[hidden], [B, 1, hidden] or [B, T, hidden]; null for none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor? bias, double epsilon)
    {
        Tensor w = weight.to_type(x.dtype);
        Tensor? b = bias?.to_type(x.dtype);
        return b is null || b.dim() == 1
            ? F.layer_norm(x, w.shape, w, b, epsilon)
            : F.layer_norm(x, w.shape, w, null, epsilon).Plus(Cut(b, x));
    }

    /// <summary>x times a vector.</summary>
    /// <param name="x">[B, T, n].</param>
    /// <param name="factors">[n], [B, 1, n] or [B, T, n].</param>
    public static Tensor Scale(Tensor x, Tensor factors) => x * (factors.dim() == 1 ? factors : Cut(factors, x));

    // Where only first tokens are computed, only theirs of what differs from token to token is needed.
    private static Tensor Cut(Tensor vectors, Tensor x) => vectors.shape[1] > x.shape[1] ? vectors.narrow(1, 0, x.shape[1]) : vectors;
}
