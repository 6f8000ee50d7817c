using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Extension.GatedShift;

/// <summary>
/// A gated vector at the end of a feed-forward: <c>f + sigmoid(g·a + c) v</c> takes the place of its output f; a is its residual.
/// </summary>
/// <param name="Module"><c>encoder.layer.I.output</c>.</param>
/// <param name="Gate">g, [1, hidden].</param>
/// <param name="GateBias">c, [1].</param>
/// <param name="Vector">v, [hidden].</param>
internal sealed record GatedShiftEdit(string Module, HostTensor Gate, HostTensor GateBias, HostTensor Vector) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<GatedShiftEdit, string>(
        "GatedShifts",
        edit => edit.Module,
        (module, tensor) => new GatedShiftEdit(
            module, tensor($"{GateName(module)}.weight"), tensor($"{GateName(module)}.bias"), tensor(VectorName(module))));

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        string[] known = [.. EncoderTensors.Sublayers(model.Encoder.Config)];
        Require(known.Contains(Module, StringComparer.Ordinal), model.Encoder, $"a gated shift in '{Module}'", known);
        int hidden = model.Encoder.Config.HiddenSize;
        return
        [
            new($"{GateName(Module)}.weight", Gate, [1, hidden]),
            new($"{GateName(Module)}.bias", GateBias, [1]),
            new(VectorName(Module), Vector, [hidden]),
        ];
    }

    public override string Sublayer(IEncoderNodes nodes, string module, string output, string residual)
    {
        if (module != Module)
        {
            return output;
        }

        string gate = nodes.Add("Sigmoid", [nodes.Linear(GateName(module), residual, Gate, GateBias)]); // [tokens, 1]
        string shift = nodes.Add("Mul", [gate, nodes.Weight(VectorName(module), Vector)]); // [tokens, hidden]
        return nodes.Add("Add", [output, shift]);
    }

    private static string GateName(string module) => module + ".shift.gate";

    private static string VectorName(string module) => module + ".shift.vector";
}
