using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Adapter;

/// <summary>The adapters of an encoder, at most one a sub-layer.</summary>
internal sealed class AdapterModule : ITuningModule
{
    /// <summary>Standard deviation of new weights; biases start at zero.</summary>
    private const double InitialDeviation = 0.02;

    private readonly AdapterInput _input;
    private readonly Activation _activation;
    private readonly double _scale;
    private readonly Dictionary<string, AdapterTensors> _adapters;

    public AdapterModule(AdapterTuning options, MethodContext context)
    {
        _input = options.Placement switch
        {
            AdapterPlacement.Pfeiffer => AdapterInput.Normalized,
            AdapterPlacement.Parallel => AdapterInput.Residual,
            _ => AdapterInput.Output,
        };
        _activation = options.EffectiveActivation switch
        {
            AdapterActivation.Relu => Activation.Relu,
            AdapterActivation.Silu => Activation.Silu,
            _ => Activation.Gelu,
        };
        _scale = options.EffectiveScale;
        bool startsAsNothing = options.Placement == AdapterPlacement.Parallel;
        string[] sublayers = options.Placement == AdapterPlacement.Houlsby ? ["attention.output", "output"] : ["output"];
        _adapters = context.Layers(options.Layers)
            .SelectMany(layer => sublayers.Select(sublayer =>
                AdapterTensors.Create(EncoderTensors.Layer(layer) + sublayer, layer, options.Bottleneck, startsAsNothing, context)))
            .ToDictionary(adapter => adapter.Module, StringComparer.Ordinal);
        Tensors = [.. _adapters.Values.SelectMany(adapter => adapter.Tensors)];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => Tensors.Min(tensor => tensor.Layer);

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(this, experts);

    public EncoderEdits ToHost(WholeBatch experts) =>
    [
        .. _adapters.Values.Select(adapter => new AdapterEdit(
            adapter.Module,
            _input,
            experts.ToHost(adapter.DownWeight),
            experts.ToHost(adapter.DownBias),
            experts.ToHost(adapter.UpWeight),
            experts.ToHost(adapter.UpBias),
            _activation,
            (float)_scale)),
    ];

    public IReadOnlyDictionary<ExpertTensor, HostTensor> FromHost(TunedModel model) => model.Edits.OfType<AdapterEdit>()
        .Where(edit => _adapters.ContainsKey(edit.Module)
            && (edit.Input, edit.Activation, edit.Scale) == (_input, _activation, (float)_scale))
        .SelectMany(edit => _adapters[edit.Module].Tensors.Zip(
            (HostTensor[])[edit.DownWeight, edit.DownBias, edit.UpWeight, edit.UpBias]))
        .ToDictionary();

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    /// <param name="Module">The sub-layer.</param>
    /// <param name="DownWeight">[bottleneck, hidden].</param>
    /// <param name="DownBias">[bottleneck].</param>
    /// <param name="UpWeight">[hidden, bottleneck].</param>
    /// <param name="UpBias">[hidden].</param>
    private sealed record AdapterTensors(
        string Module, ExpertTensor DownWeight, ExpertTensor DownBias, ExpertTensor UpWeight, ExpertTensor UpBias)
    {
        public IEnumerable<ExpertTensor> Tensors => [DownWeight, DownBias, UpWeight, UpBias];

        public static AdapterTensors Create(string module, int layer, int bottleneck, bool startsAsNothing, MethodContext context)
        {
            // Named as in the authors' published checkpoints.
            string down = module + ".ExpertSoup.MoA_A.deepspeed_experts.{0}";
            string up = module + ".ExpertSoup.MoA_B.deepspeed_experts.{0}";
            int hidden = context.Config.HiddenSize;
            Tensor NewDown() => context.Normal(InitialDeviation, bottleneck, hidden);
            Tensor NewUp() => startsAsNothing
                ? context.Constant(0, hidden, bottleneck)
                : context.Normal(InitialDeviation, hidden, bottleneck);
            return new AdapterTensors(
                module,
                context.Tensor(down + ".weight", layer, Side.Down, decays: true, NewDown),
                context.Tensor(down + ".bias", layer, Side.Down, decays: false, () => context.Constant(0, bottleneck)),
                context.Tensor(up + ".weight", layer, Side.Up, decays: true, NewUp),
                context.Tensor(up + ".bias", layer, Side.Up, decays: false, () => context.Constant(0, hidden)));
        }
    }

    private sealed class Bound(AdapterModule module, IExpertSelection experts) : ITuning
    {
        public bool Tunes(string name) => false;

        public Tensor Sublayer(string name, Tensor output, Tensor residual, Func<Tensor, Tensor> norm)
        {
            if (!module._adapters.TryGetValue(name, out AdapterTensors? adapter))
            {
                return output;
            }

            Tensor input = module._input switch
            {
                AdapterInput.Normalized => norm(output.Plus(residual)),
                AdapterInput.Residual => residual,
                _ => output,
            };
            Tensor inner = module._activation.Apply(experts.Linear(input, adapter.DownWeight, adapter.DownBias)); // [B, T, bottleneck]
            Tensor added = experts.Linear(inner, adapter.UpWeight, adapter.UpBias); // [B, T, hidden]
            return (module._scale == 1 ? added : added.Times(module._scale)).Plus(output);
        }
    }
}
