using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prefix;

/// <summary>
/// The network of section 4.3 of Li and Liang (2021): one embedding a prefix token, a linear layer and tanh for all layers of the encoder,
/// and linear maps to each one's keys and values.
/// </summary>
internal sealed class PrefixNetwork : IPrefixSource
{
    private readonly ExpertTensor _embedding; // [P, hidden]
    private readonly LinearTensors _trunk; // hidden to size
    private readonly Dictionary<int, (LinearTensors Keys, LinearTensors Values)> _layers; // size to hidden

    public PrefixNetwork(int tokens, int size, IReadOnlyList<int> layers, MethodContext context)
    {
        int hidden = context.Config.HiddenSize;
        _embedding = context.Tensor("prefix.embedding.weight", layers[0], Side.Down, decays: true, () => context.Normal(1, tokens, hidden));
        _trunk = LinearTensors.Create("prefix.transform", layers[0], hidden, size, context);
        LinearTensors Create(int layer, string part) =>
            LinearTensors.Create(FormattableString.Invariant($"prefix.{layer}.{part}"), layer, size, hidden, context);
        _layers = layers.ToDictionary(layer => layer, layer => (Create(layer, "key"), Create(layer, "value")));
    }

    public IEnumerable<ExpertTensor> Tensors =>
        [_embedding, .. _trunk.Tensors, .. _layers.Values.SelectMany(layer => layer.Keys.Tensors.Concat(layer.Values.Tensors))];

    public (Tensor Keys, Tensor Values) Produce(int layer, IExpertSelection experts)
    {
        Tensor inner = tanh(_trunk.Apply(experts.Select(_embedding), experts)); // [P, size]
        return (_layers[layer].Keys.Apply(inner, experts), _layers[layer].Values.Apply(inner, experts)); // [P, hidden]
    }
}
