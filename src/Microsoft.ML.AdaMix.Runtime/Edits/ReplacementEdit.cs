using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Edits;

/// <summary>BitFit and full fine-tuning: a tensor in place of the pretrained one.</summary>
/// <param name="Name">One of <see cref="EncoderTensors"/>, the BERT pooler excluded.</param>
/// <param name="Tensor">Of the same shape.</param>
internal sealed record ReplacementEdit(string Name, HostTensor Tensor) : EncoderEdit
{
    public static readonly EditKind Kind = new EditKind<ReplacementEdit, string>(
        "Replaced", edit => edit.Name, (name, tensor) => new ReplacementEdit(name, tensor(name)));

    public override FoldOrder FoldOrder => FoldOrder.Replace;

    public override (string Name, HostTensor Tensor)? Replaced => (Name, Tensor);

    /// <summary>The tensor has the name that it has in the encoder.</summary>
    public override IEnumerable<TunedTensor> Tensors(TunedModel model)
    {
        EncoderConfig config = model.Encoder.Config;
        int[]? shape = EncoderTensors.Shape(config, Name);
        Require(
            shape is not null, model.Encoder, $"a tensor in place of '{Name}'",
            EncoderTensors.Required(config).Select(tensor => tensor.Name));
        return [new(Name, Tensor, shape!) { IsExact = true }];
    }

    public override void Fold(FoldedWeights weights) => weights.Set(Name, Tensor);
}
