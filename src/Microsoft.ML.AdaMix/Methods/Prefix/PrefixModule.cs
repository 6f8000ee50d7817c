using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prefix;

/// <summary>The trained keys and values, by layer, or the network that produces them.</summary>
internal sealed class PrefixModule : ITuningModule
{
    private readonly int _tokens;
    private readonly int[] _layers;
    private readonly IPrefixSource _source;

    public PrefixModule(PrefixTuning options, MethodContext context)
    {
        _tokens = options.Tokens;
        _layers = [.. context.Layers(options.Layers)];
        _source = options.Reparameterization == Reparameterization.None
            ? new DirectPrefixes(options.Tokens, _layers, context)
            : new PrefixNetwork(options.Tokens, options.ReparameterizationSize ?? context.Config.HiddenSize, _layers, context);
        Tensors = [.. _source.Tensors];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => _layers[0];

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts);

    public EncoderEdits ToHost(WholeBatch experts)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        PrefixEdit Edit(int layer)
        {
            (Tensor keys, Tensor values) = _source.Produce(layer, experts);
            return new PrefixEdit(layer, keys.ToHost(), values.ToHost());
        }

        return [.. _layers.Select(Edit)];
    }

    public IReadOnlyDictionary<ExpertTensor, HostTensor>? FromHost(TunedModel model) => (_source as DirectPrefixes)?.FromHost(
        model.Edits.OfType<PrefixEdit>());

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private sealed class Bound(PrefixModule module, IExpertSelection experts) : ITuning
    {
        public bool Tunes(string module) => false;

        public int PositionOffset => module._tokens;

        public (Tensor Keys, Tensor Values)? Prefix(int layer) =>
            Array.IndexOf(module._layers, layer) >= 0 ? module._source.Produce(layer, experts) : null;
    }
}
