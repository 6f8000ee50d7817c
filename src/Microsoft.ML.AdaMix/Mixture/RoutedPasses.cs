using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>
/// Two passes over the same rows as one batch of twice as many, the first pass's before the second's; each half has the experts of its
/// route.
/// </summary>
/// <param name="first">The first pass's routes, one a layer.</param>
/// <param name="second">The second pass's.</param>
/// <param name="rows">Rows of a pass.</param>
internal sealed class RoutedPasses(IReadOnlyList<Route> first, IReadOnlyList<Route> second, int rows) : IExpertSelection
{
    public Tensor Select(ExpertTensor tensor)
    {
        (Tensor one, Tensor other) = Both(tensor);
        if (ReferenceEquals(one, other))
        {
            return one;
        }

        if (one.dim() != 1)
        {
            throw new NotSupportedException(
                $"'{tensor.Parameters[0].Name}' has {one.dim()} dimensions; expected 1: a matrix with experts is asked by Linear.");
        }

        long size = one.shape[0];
        return cat([one.expand(rows, 1, size), other.expand(rows, 1, size)], 0); // [2 rows, 1, n]
    }

    public Tensor Linear(Tensor x, ExpertTensor weight, ExpertTensor? bias)
    {
        (Tensor oneWeight, Tensor otherWeight) = Both(weight);
        (Tensor? oneBias, Tensor? otherBias) = bias is null ? default((Tensor?, Tensor?)) : Both(bias);
        Tensor input = x.to_type(oneWeight.dtype);
        return ReferenceEquals(oneWeight, otherWeight) && ReferenceEquals(oneBias, otherBias)
            ? F.linear(input, oneWeight, oneBias)
            : cat(
                [F.linear(input.narrow(0, 0, rows), oneWeight, oneBias), F.linear(input.narrow(0, rows, rows), otherWeight, otherBias)], 0);
    }

    private (Tensor One, Tensor Other) Both(ExpertTensor tensor) => (tensor.On(first[tensor.Layer]), tensor.On(second[tensor.Layer]));
}
