using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Ia3;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// IA3 (Liu et al. 2022): outputs of linear modules, bias included, times learned vectors that start at 1. After training the vectors are folded into the weights.
/// With experts a draw picks all vectors of a layer.
/// </summary>
public sealed class Ia3 : TuningMethod
{
    /// <summary>Whose outputs are multiplied. Default key, value and intermediate, as published.</summary>
    public EncoderMatrices Matrices { get; set; } = EncoderMatrices.Key | EncoderMatrices.Value | EncoderMatrices.Intermediate;

    /// <summary>Which layers are tuned, for example <c>6..12</c>. Default all.</summary>
    public Range Layers { get; set; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "ia3";

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal override double LearningRate(EncoderConfig encoder, int experts) => encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override void Check(OptionProblems problems) =>
        problems.Require((Matrices & EncoderMatrices.All) == Matrices && Matrices != EncoderMatrices.None, "Method.Matrices", Matrices, "at least one of the six matrices");

    internal override ITuningModule Create(MethodContext context) => new Ia3Module(this, context);
}
