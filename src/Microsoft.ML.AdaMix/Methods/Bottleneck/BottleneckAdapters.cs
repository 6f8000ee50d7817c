using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Bottleneck;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Bottleneck adapters: down to a few dimensions, a nonlinearity, up again, added to a sub-layer's output. With experts this is AdaMix (sections 2 and 3 of the
/// paper). New weights are N(0, 0.02), biases 0; the parallel adapter starts as nothing, its up projection 0.
/// </summary>
public sealed class BottleneckAdapters : TuningMethod
{
    /// <summary>Width of the bottleneck, 1 to 4096; the default 16 is the paper's.</summary>
    public int Bottleneck { get; set; } = 16;

    /// <summary>Where the adapters stand. Default <see cref="AdapterPlacement.FeedForward"/>.</summary>
    public AdapterPlacement Placement { get; set; } = AdapterPlacement.FeedForward;

    /// <summary>Between the projections. Default <see cref="AdapterActivation.Gelu"/>.</summary>
    public AdapterActivation Activation { get; set; } = AdapterActivation.Gelu;

    /// <summary>Factor of what an adapter adds, finite and not 0. Default 1.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Which layers have adapters, for example <c>6..12</c> for the upper half of twelve. Default all.</summary>
    public Range Layers { get; set; } = Range.All;

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

    // With Adam, an output that counts four times as much moves four times as far in a step.
    internal override double LearningRate(EncoderConfig encoder, int experts)
    {
        double rate = base.LearningRate(encoder, experts) / Math.Max(1, Math.Abs(Scale));
        return Placement == AdapterPlacement.Houlsby ? GentleAlone(rate, experts) : rate;
    }

    internal override void Check(OptionProblems problems)
    {
        problems.Require(Bottleneck is >= 1 and <= 4096, "Method.Bottleneck", Bottleneck, "1 to 4096");
        problems.Require(Enum.IsDefined(Placement), "Method.Placement", Placement, "FeedForward, Houlsby, Pfeiffer or Parallel");
        problems.Require(Enum.IsDefined(Activation), "Method.Activation", Activation, "Gelu, Relu or Silu");
        problems.Require(double.IsFinite(Scale) && Scale != 0, "Method.Scale", Scale, "a finite number that is not 0");
    }

    internal override ITuningModule Create(MethodContext context) => new BottleneckModule(this, context);
}
