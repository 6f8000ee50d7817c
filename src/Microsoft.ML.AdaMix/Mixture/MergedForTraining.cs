using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>The mean of the experts' weights, as <see cref="MergedExperts"/>, with a gradient that goes to all of them alike.</summary>
internal sealed class MergedForTraining : WholeBatch
{
    public override Tensor Select(ExpertTensor tensor) => tensor.IsShared ? tensor.Experts[0] : stack([.. tensor.Experts]).mean([0]);
}
