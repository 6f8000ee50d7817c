using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Mixture;

/// <summary>One choice for every row and token: a routed expert, a fixed one, or a mean.</summary>
internal abstract class WholeBatch : IExpertSelection
{
    public abstract Tensor Select(ExpertTensor tensor);

    /// <summary>The selected values in host memory.</summary>
    public HostTensor ToHost(ExpertTensor tensor)
    {
        using DisposeScope scope = NewDisposeScope(); // the caller's may live long
        return Select(tensor).ToHost();
    }

    public Tensor Linear(Tensor x, ExpertTensor weight, ExpertTensor? bias)
    {
        Tensor selected = Select(weight);
        return F.linear(x.to_type(selected.dtype), selected, bias is null ? null : Select(bias));
    }
}

/// <summary>The expert that a route names (stochastic routing for the whole batch, section 3.1 of the paper).</summary>
/// <param name="routes">One a layer.</param>
internal sealed class RoutedExpert(IReadOnlyList<Route> routes) : WholeBatch
{
    public IReadOnlyList<Route> Routes => routes;

    public override Tensor Select(ExpertTensor tensor) => tensor.On(routes[tensor.Layer]);
}
