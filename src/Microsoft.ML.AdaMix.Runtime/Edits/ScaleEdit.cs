using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>IA3: multiplies a linear module's output, bias included; at most once for each module.</summary>
/// <param name="Module">For example <c>encoder.layer.0.attention.self.key</c>.</param>
/// <param name="Factors">[out].</param>
internal sealed record ScaleEdit(string Module, HostTensor Factors) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<ScaleEdit, string>(
        "Scales", edit => edit.Module, (module, tensor) => new ScaleEdit(module, tensor(Name(module))));

    public override FoldOrder FoldOrder => FoldOrder.Multiply;

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        int[]? shape = EncoderTensors.LinearShape(config, Module);
        Require(
            shape is not null, model.Encoder, $"factors for '{Module}'",
            EncoderTensors.LinearModules(config).Select(module => module.Key));
        return [new(Name(Module), Factors, [shape![0]])];
    }

    public override void Fold(FoldedWeights weights)
    {
        weights.Set($"{Module}.weight", weights[$"{Module}.weight"].RowsTimes(Factors));
        if (weights.Has($"{Module}.bias"))
        {
            weights.Set($"{Module}.bias", weights[$"{Module}.bias"].RowsTimes(Factors));
        }
    }

    private static string Name(string module) => module + ".factors";
}
