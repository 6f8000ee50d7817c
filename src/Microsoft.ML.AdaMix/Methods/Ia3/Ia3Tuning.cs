using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Ia3;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>IA3 (Liu et al. 2022): outputs of linear modules, bias included, times learned vectors that start at 1.</summary>
/// <remarks>After training the vectors are folded into the weights. With experts a draw picks all vectors of a layer.</remarks>
[JsonConverter(typeof(OptionConverter<Ia3Tuning, TuningMethodFormat>))]
public sealed record Ia3Tuning : TuningMethod
{
    /// <summary>Whose outputs are multiplied. Default key, value and intermediate, as published.</summary>
    [Option("matrices", "Which matrices are tuned, separated by commas.", AtLeastOne = true)]
    public EncoderMatrices Matrices { get; init; } = EncoderMatrices.Key | EncoderMatrices.Value | EncoderMatrices.Intermediate;

    /// <summary>Which layers are tuned, for example <c>6..12</c>. Default all.</summary>
    [Option("layers", "Which layers are tuned, the last one left out: 6..12 is the upper half of twelve.")]
    public Range Layers { get; init; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "ia3";

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal override double LearningRate(EncoderConfig encoder, int experts) => encoder.HiddenSize <= LargestSmallEncoder ? 1e-2 : 5e-3;

    internal override bool ChangesProjections => true;

    internal override string? MisfitOf(EncoderConfig encoder) => SharedLayers(encoder, Layers);

    internal override ITuningModule Create(MethodContext context) => new Ia3Module(this, context);
}
