using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prefix;

/// <summary>Keys and values that are trained themselves.</summary>
internal sealed class DirectPrefixes : IPrefixSource
{
    private const double InitialDeviation = 0.02;

    private readonly Dictionary<int, (ExpertTensor Keys, ExpertTensor Values)> _layers; // [P, hidden] each

    public DirectPrefixes(int tokens, IEnumerable<int> layers, MethodContext context)
    {
        ExpertTensor Create(int layer, string part) => context.Tensor(
            FormattableString.Invariant($"prefix.{layer}.{part}"), layer, Side.Down, decays: true,
            () => context.Normal(InitialDeviation, tokens, context.Config.HiddenSize));
        _layers = layers.ToDictionary(layer => layer, layer => (Create(layer, "key"), Create(layer, "value")));
    }

    public IEnumerable<ExpertTensor> Tensors => _layers.Values.SelectMany(layer => (ExpertTensor[])[layer.Keys, layer.Values]);

    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(IEnumerable<PrefixEdit> edits) => edits
        .Where(edit => _layers.ContainsKey(edit.Layer))
        .SelectMany(edit => new[] { (_layers[edit.Layer].Keys, edit.Keys), (_layers[edit.Layer].Values, edit.Values) })
        .ToDictionary();

    public (Tensor Keys, Tensor Values) Produce(int layer, IExpertSelection experts) =>
        (experts.Select(_layers[layer].Keys), experts.Select(_layers[layer].Values));
}
