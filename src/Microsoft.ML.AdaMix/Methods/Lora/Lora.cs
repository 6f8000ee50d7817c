using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Lora;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// LoRA (Hu et al. 2022): y = W x + b + s B A x. A starts uniform within ±1/√in, B at 0, as in the published code. After training B A is folded into W, so that
/// prediction costs what the plain encoder costs. With experts this is AdaMix on LoRA: a draw picks the A of all a layer's matrices, another the B.
/// </summary>
public sealed class Lora : TuningMethod
{
    /// <summary>Rank of the updates, 1 to 1024. Default 8.</summary>
    public int Rank { get; set; } = 8;

    /// <summary>Numerator of the scale s, more than 0. Default 16.</summary>
    public double Alpha { get; set; } = 16;

    /// <summary>Whether s is alpha / √rank (rsLoRA, Kalajdzievski 2023) instead of alpha / rank. Default false.</summary>
    public bool RankStabilized { get; set; }

    /// <summary>Dropout on the updates' input while training, 0 up to and without 1. Default 0.</summary>
    public double Dropout { get; set; }

    /// <summary>Which matrices are updated. Default query and value, as published.</summary>
    public EncoderMatrices Matrices { get; set; } = EncoderMatrices.Query | EncoderMatrices.Value;

    /// <summary>Which layers are updated, for example <c>6..12</c>. Default all.</summary>
    public Range Layers { get; set; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "lora";

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal override double LearningRate(EncoderConfig encoder, int experts) => GentleAlone(base.LearningRate(encoder, experts), experts);

    internal double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    internal override void Check(OptionProblems problems)
    {
        problems.Require(Rank is >= 1 and <= 1024, "Method.Rank", Rank, "1 to 1024");
        problems.Require(double.IsFinite(Alpha) && Alpha > 0, "Method.Alpha", Alpha, "a finite number above 0");
        problems.Require(Dropout is >= 0 and < 1, "Method.Dropout", Dropout, "0 up to and without 1");
        problems.Require((Matrices & EncoderMatrices.All) == Matrices && Matrices != EncoderMatrices.None, "Method.Matrices", Matrices, "at least one of the six matrices");
    }

    internal override ITuningModule Create(MethodContext context) => new LoraModule(this, context);
}
