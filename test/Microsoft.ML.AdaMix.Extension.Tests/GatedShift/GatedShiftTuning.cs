using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Extension.GatedShift;

/// <summary>
/// Adds a learned vector to what each layer's feed-forward gives, as far as a gate is open: <c>f + sigmoid(g·a + c) v</c>, where a is what
/// the feed-forward read. The gate differs from token to token, so that no weight of the encoder can take it in.
/// </summary>
[JsonConverter(typeof(OptionConverter<GatedShiftTuning, TuningMethodFormat>))]
internal sealed record GatedShiftTuning : TuningMethod
{
    /// <summary>Standard deviation of new vectors, 0 to 1. Default 0.02.</summary>
    [Option("shift-deviation", "Standard deviation of new vectors.", Min = 0, Max = 1)]
    public double Deviation { get; init; } = 0.02;

    /// <summary>Which layers are tuned, for example <c>6..12</c>. Default all.</summary>
    [Option("layers", "Which layers are tuned, the last one left out: 6..12 is the upper half of twelve.")]
    public Range Layers { get; init; } = Range.All;

    public override string Name => "gated-shift";

    public override bool SupportsMixture => true;

    internal override ITuningModule Create(MethodContext context) => new GatedShiftModule(this, context);
}
