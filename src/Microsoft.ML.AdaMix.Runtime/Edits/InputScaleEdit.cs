using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>IA3 as peft has it for feed-forward modules: multiplies what a linear module reads; at most once for each module.</summary>
/// <param name="Module">For example <c>encoder.layer.0.output.dense</c>.</param>
/// <param name="Factors">[in].</param>
internal sealed record InputScaleEdit(string Module, HostTensor Factors) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<InputScaleEdit, string>(
        "InputScales", edit => edit.Module, (module, tensor) => new InputScaleEdit(module, tensor(Name(module))));

    public override FoldOrder FoldOrder => FoldOrder.Multiply;

    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        int[]? shape = EncoderTensors.LinearShape(config, Module);
        Require(
            shape is not null, model.Encoder, $"factors for what '{Module}' reads",
            EncoderTensors.LinearModules(config).Select(module => module.Key));
        return [new(Name(Module), Factors, [shape![1]])];
    }

    public override void Fold(FoldedWeights weights) =>
        weights.Set($"{Module}.weight", weights[$"{Module}.weight"].ColumnsTimes(Factors));

    private static string Name(string module) => module + ".input_factors";
}
