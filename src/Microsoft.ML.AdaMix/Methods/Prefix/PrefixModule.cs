using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prefix;

/// <summary>The trained keys and values, by layer.</summary>
internal sealed class PrefixModule : ITuningModule
{
    private const double InitialDeviation = 0.02;

    private readonly int _tokens;
    private readonly Dictionary<int, (ExpertTensor Keys, ExpertTensor Values)> _layers; // [P, hidden] each

    public PrefixModule(PrefixTuning options, MethodContext context)
    {
        _tokens = options.Tokens;
        ExpertTensor Create(int layer, string part) => context.Tensor(
            FormattableString.Invariant($"prefix.{layer}.{part}"), layer, Side.Down, decays: true, () => context.Normal(InitialDeviation, options.Tokens, context.Config.HiddenSize));
        _layers = context.Layers(options.Layers).ToDictionary(layer => layer, layer => (Create(layer, "key"), Create(layer, "value")));
        Tensors = [.. _layers.Values.SelectMany(layer => (ExpertTensor[])[layer.Keys, layer.Values])];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => Tensors.Min(tensor => tensor.Layer);

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts);

    public EncoderEdits ToHost(WholeBatch experts) => new()
    {
        Prefixes = [.. _layers.Select(layer => new PrefixWeights(layer.Key, experts.ToHost(layer.Value.Keys), experts.ToHost(layer.Value.Values)))],
    };

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private sealed class Bound(PrefixModule module, IExpertSelection experts) : ITuning
    {
        public int PositionOffset => module._tokens;

        public (Tensor Keys, Tensor Values)? Prefix(int layer) => module._layers.TryGetValue(layer, out (ExpertTensor Keys, ExpertTensor Values) prefix)
            ? (experts.Select(prefix.Keys), experts.Select(prefix.Values))
            : null;
    }
}
