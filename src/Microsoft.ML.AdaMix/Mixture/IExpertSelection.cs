using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>How one forward pass makes one tensor out of the experts' copies. Knows experts, not which method they belong to.</summary>
internal interface IExpertSelection
{
    /// <summary>
    /// The tensor that computes: of the experts' own shape, or for vectors [B, 1, n] or [B, T, n] where rows or tokens differ.
    /// </summary>
    Tensor Select(ExpertTensor tensor);

    /// <summary>x Wᵀ + b with the selected experts, in the type of the weights.</summary>
    /// <param name="x">[B, T, in] of any float type.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <returns>[B, T, out].</returns>
    Tensor Linear(Tensor x, ExpertTensor weight, ExpertTensor? bias);
}
