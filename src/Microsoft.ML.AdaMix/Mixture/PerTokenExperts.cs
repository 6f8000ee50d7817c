using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>A choice for every row, or for every token.</summary>
internal sealed class PerTokenExperts : IExpertSelection
{
    private readonly Tensor[] _choices; // [2 x layer + side] of one-hot float32 [B, 1 | T, M]

    /// <param name="choices">Numbers of experts, [2 x layers, B, 1 | T]: each layer's down projections, then its up projections.</param>
    /// <param name="experts">Experts a layer.</param>
    public PerTokenExperts(Tensor choices, int experts) => _choices = choices.to_type(ScalarType.Int64).unsqueeze(-1)
        .eq(TensorArithmetic.Count(experts, choices.device)).to_type(ScalarType.Float32).unbind(0);

    public Tensor Select(ExpertTensor tensor)
    {
        if (tensor.IsShared)
        {
            return tensor.Experts[0];
        }

        Tensor experts = stack([.. tensor.Experts]); // [M, n]
        return matmul(Choice(tensor).to_type(experts.dtype), experts); // [B, 1 | T, n]
    }

    public Tensor Linear(Tensor x, ExpertTensor weight, ExpertTensor? bias)
    {
        IReadOnlyList<Tensor> weights = weight.Experts;
        IReadOnlyList<Tensor>? biases = bias?.Experts;
        Tensor input = x.to_type(weights[0].dtype);
        if (weight.IsShared)
        {
            return F.linear(input, weights[0], biases?[0]);
        }

        // All experts compute all tokens and the choice keeps one: M small products, but no weight matrix a token.
        Tensor choice = Choice(weight).to_type(input.dtype);
        if (choice.shape[1] > input.shape[1])
        {
            choice = choice.narrow(1, 0, input.shape[1]); // shorter rows, or first tokens only
        }

        Tensor? sum = null; // [B, T, out]
        for (int expert = 0; expert < weights.Count; expert++)
        {
            Tensor part = F.linear(input, weights[expert], biases?[expert]) * choice.narrow(2, expert, 1);
            sum = sum is null ? part : sum.Plus(part);
        }

        return sum!;
    }

    private Tensor Choice(ExpertTensor tensor) => _choices[(2 * tensor.Layer) + (int)tensor.Side];
}
