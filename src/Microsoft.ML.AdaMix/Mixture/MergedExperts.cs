using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// The mean of the experts' weights and of their biases (merging, section 3.3 of the paper), or a weighted mean. Without gradient: what is
/// merged has been trained.
/// </summary>
internal sealed class MergedExperts : WholeBatch
{
    private readonly float[]? _weights;

    /// <param name="weights">One weight an expert, not negative, used in proportion to their sum; null for equal weights.</param>
    public MergedExperts(IReadOnlyList<double>? weights = null)
    {
        if (weights is not null)
        {
            double largest = weights.Max(); // divided by it first, sum and shares are neither infinite nor 0
            double sum = weights.Sum(weight => weight / largest);
            _weights = [.. weights.Select(weight => (float)(weight / largest / sum))];
        }
    }

    /// <summary>
    /// What predicts where nobody says otherwise: the mean of what was trained, and that is one expert if training never took another.
    /// </summary>
    public static MergedExperts For(MixtureOptions mixture)
    {
        if (mixture.Routing != ExpertRouting.Fixed)
        {
            return new MergedExperts();
        }

        double[] weights = new double[mixture.ExpertCount];
        weights[mixture.FixedExpert] = 1;
        return new MergedExperts(weights);
    }

    public override Tensor Select(ExpertTensor tensor)
    {
        using IDisposable gradients = no_grad();
        if (tensor.IsShared)
        {
            return tensor.Experts[0];
        }

        Tensor experts = stack([.. tensor.Experts]); // [M, ...]
        return _weights is null
            ? experts.mean([0])
            : torch.tensordot(torch.tensor(_weights).ToDevice(experts.device), experts.to_type(ScalarType.Float32), [0], [0])
                .to_type(experts.dtype);
    }
}
