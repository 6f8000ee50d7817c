using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Extension.GatedShift;

/// <summary>The gates and vectors of an encoder, one pair a layer.</summary>
internal sealed class GatedShiftModule : ITuningModule
{
    private readonly Dictionary<string, Shift> _shifts;

    public GatedShiftModule(GatedShiftTuning options, MethodContext context)
    {
        _shifts = context.Layers(options.Layers).ToDictionary(
            layer => EncoderTensors.Layer(layer) + "output",
            layer => Shift.Create(layer, options.Deviation, context),
            StringComparer.Ordinal);
        Tensors = [.. _shifts.Values.SelectMany(shift => shift.Tensors)];
    }

    public IReadOnlyList<ExpertTensor> Tensors { get; }

    public int? FrozenLayers => Tensors.Min(tensor => tensor.Layer);

    public ITuning Bind(IExpertSelection experts, Dropout? dropout) => new Bound(_shifts, experts);

    public EncoderEdits ToHost(WholeBatch experts) =>
    [
        .. _shifts.Select(shift => new GatedShiftEdit(
            shift.Key, experts.ToHost(shift.Value.Gate), experts.ToHost(shift.Value.GateBias), experts.ToHost(shift.Value.Vector))),
    ];

    public void Dispose()
    {
        foreach (ExpertTensor tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    /// <param name="Gate">g, [1, hidden].</param>
    /// <param name="GateBias">c, [1].</param>
    /// <param name="Vector">v, [hidden].</param>
    private sealed record Shift(ExpertTensor Gate, ExpertTensor GateBias, ExpertTensor Vector)
    {
        public IEnumerable<ExpertTensor> Tensors => [Gate, GateBias, Vector];

        public static Shift Create(int layer, double deviation, MethodContext context)
        {
            string name = EncoderTensors.Layer(layer) + "output.shift.{0}."; // {0} is the expert's number
            int hidden = context.Config.HiddenSize;
            return new Shift(
                context.Tensor(name + "gate.weight", layer, Side.Down, decays: true, () => context.LinearUniform(1, hidden)),
                context.Tensor(name + "gate.bias", layer, Side.Down, decays: false, () => context.Constant(0, 1)),
                context.Tensor(name + "vector", layer, Side.Up, decays: false, () => context.Normal(deviation, hidden)));
        }
    }

    private sealed class Bound(Dictionary<string, Shift> shifts, IExpertSelection experts) : ITuning
    {
        public Tensor Sublayer(string module, Tensor output, Tensor residual, Func<Tensor, Tensor> norm)
        {
            if (!shifts.TryGetValue(module, out Shift? shift))
            {
                return output;
            }

            Tensor gate = sigmoid(experts.Linear(residual, shift.Gate, shift.GateBias)); // [B, T, 1]
            return output + Affine.Scale(gate, experts.Select(shift.Vector)); // [B, T, hidden]
        }
    }
}
