using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>A choice for every row, or for every token.</summary>
internal sealed class PerTokenExperts : IExpertSelection
{
    private readonly Tensor[][] _choices; // [layer][side] of one-hot [B, 1 | T, M]

    /// <param name="choices">Expert index by layer and side for every row or token, int64 [B, 1] or [B, T].</param>
    /// <param name="experts">Experts a layer.</param>
    public PerTokenExperts(IEnumerable<(Tensor Down, Tensor Up)> choices, int experts) =>
        _choices = [.. choices.Select(layer => (Tensor[])[OneHot(layer.Down, experts), OneHot(layer.Up, experts)])];

    private PerTokenExperts(Tensor[][] choices) => _choices = choices;

    public IExpertSelection Rows(int start, int count) =>
        new PerTokenExperts([.. _choices.Select(layer => Array.ConvertAll(layer, choice => choice.narrow(0, start, count)))]);

    public Tensor Select(ExpertTensor tensor) => tensor.IsShared
        ? tensor.Experts[0]
        : matmul(Choice(tensor), stack([.. tensor.Experts])); // [B, 1 | T, M] x [M, n]

    public Tensor Linear(Tensor x, ExpertTensor weight, ExpertTensor? bias)
    {
        Tensor input = x.to_type(ScalarType.Float32);
        if (weight.IsShared)
        {
            return F.linear(input, weight.Experts[0], bias?.Experts[0]);
        }

        // All experts compute all tokens and the choice keeps one: M small products, but no weight matrix a token.
        Tensor choice = Choice(weight);
        if (choice.shape[1] > input.shape[1])
        {
            choice = choice.narrow(1, 0, input.shape[1]); // the last layer computes first tokens only
        }

        Tensor? sum = null; // [B, T, out]
        for (int expert = 0; expert < weight.Experts.Count; expert++)
        {
            Tensor part = F.linear(input, weight.Experts[expert], bias?.Experts[expert]) * choice.narrow(2, expert, 1);
            sum = sum is null ? part : sum.Plus(part);
        }

        return sum!;
    }

    private static Tensor OneHot(Tensor indices, int experts) => F.one_hot(indices, experts).to_type(ScalarType.Float32);

    private Tensor Choice(ExpertTensor tensor) => _choices[tensor.Layer][(int)tensor.Side];
}
