using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>A trained linear map of a network that produces what a method trains.</summary>
/// <param name="Weight">[out, in].</param>
/// <param name="Bias">[out].</param>
internal sealed record LinearTensors(ExpertTensor Weight, ExpertTensor Bias)
{
    public IEnumerable<ExpertTensor> Tensors => [Weight, Bias];

    /// <summary>A new one: the weight uniform within ±1/√in, the bias 0.</summary>
    public static LinearTensors Create(string name, int layer, int inputs, int outputs, MethodContext context) => new(
        context.Tensor(name + ".weight", layer, Side.Down, decays: true, () => context.LinearUniform(outputs, inputs)),
        context.Tensor(name + ".bias", layer, Side.Down, decays: false, () => context.Constant(0, outputs)));

    /// <summary>[n, in] to [n, out].</summary>
    public Tensor Apply(Tensor x, IExpertSelection experts) => F.linear(x, experts.Select(Weight), experts.Select(Bias));
}
