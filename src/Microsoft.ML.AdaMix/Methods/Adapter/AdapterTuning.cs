using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Adapter;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Bottleneck adapters: down to a few dimensions, a nonlinearity, up again, added to a sub-layer's output. With experts this is AdaMix
/// (sections 2 and 3 of the paper).
/// </summary>
/// <remarks>New weights are N(0, 0.02), biases 0; the parallel adapter starts as nothing, its up projection 0.</remarks>
[JsonConverter(typeof(OptionConverter<AdapterTuning, TuningMethodFormat>))]
public sealed record AdapterTuning : TuningMethod
{
    /// <summary>Width of the bottleneck, 1 to 4096; the default 16 is the paper's.</summary>
    [Option("bottleneck", "Width of the bottleneck.", Min = 1, Max = 4096, IsWidth = true)]
    public int Bottleneck { get; init; } = 16;

    /// <summary>Where the adapters stand. Default <see cref="AdapterPlacement.FeedForward"/>.</summary>
    [Option("placement", "Where the adapters stand.", ToldByName = true)]
    public AdapterPlacement Placement { get; init; } = AdapterPlacement.FeedForward;

    /// <summary>
    /// Between the projections. Null, the default, is the placement's own, as its authors or the adapters library have it: GELU, SiLU for
    /// Houlsby's, ReLU for Pfeiffer's and parallel ones.
    /// </summary>
    [Option("activation", "The nonlinearity between the projections.", WhenNull = "the method's own")]
    public AdapterActivation? Activation { get; init; }

    /// <summary>
    /// Factor of what an adapter adds, a finite number that is not 0. Null, the default, is the placement's own: 4 for parallel ones,
    /// otherwise 1.
    /// </summary>
    [Option("scale", "Factor of what an adapter adds, not 0.", WhenNull = "the method's own, 4 for parallel adapters and otherwise 1")]
    public double? Scale { get; init; }

    /// <summary>Which layers have adapters, for example <c>6..12</c> for the upper half of twelve. Default all.</summary>
    [Option("layers", "Which layers are tuned, the last one left out: 6..12 is the upper half of twelve.")]
    public Range Layers { get; init; } = Range.All;

    /// <inheritdoc/>
    public override string Name => Placement switch
    {
        AdapterPlacement.Houlsby => "houlsby",
        AdapterPlacement.Pfeiffer => "pfeiffer",
        AdapterPlacement.Parallel => "parallel",
        _ => "adapter",
    };

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal AdapterActivation EffectiveActivation => Activation ?? Placement switch
    {
        AdapterPlacement.Houlsby => AdapterActivation.Silu,
        AdapterPlacement.Pfeiffer or AdapterPlacement.Parallel => AdapterActivation.Relu,
        _ => AdapterActivation.Gelu,
    };

    internal double EffectiveScale => Scale ?? (Placement == AdapterPlacement.Parallel ? 4 : 1);

    // With Adam, an output that counts four times as much moves four times as far in a step.
    internal override double LearningRate(EncoderConfig encoder, int experts)
    {
        double rate = base.LearningRate(encoder, experts) / Math.Max(1, Math.Abs(EffectiveScale));
        return Placement == AdapterPlacement.Houlsby ? GentleAlone(rate, experts) : rate;
    }

    internal override string? MisfitOf(EncoderConfig encoder) =>
        Placement == AdapterPlacement.Pfeiffer && encoder.Definition.NormsFirst
            ? $"reads what the LayerNorm behind the feed-forward gives, and {encoder.Definition.Title} has its norms before it. Take "
            + "adapter, houlsby or parallel"
            : null;

    internal override ITuningModule Create(MethodContext context) => new AdapterModule(this, context);

    private protected override void Check(OptionProblems problems) =>
        problems.Require(Scale != 0, "Method.Scale", Scale, "a finite number that is not 0, or null");
}
