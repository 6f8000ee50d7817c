using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Lora;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// LoRA (Hu et al. 2022): y = W x + b + s B A x. After training B A is folded into W, so that prediction costs what the plain
/// encoder costs.
/// </summary>
/// <remarks>
/// A starts uniform within ±1/√in, B at 0, as in the published code. With experts this is AdaMix on LoRA: a draw picks the A of all a
/// layer's matrices, another the B.
/// </remarks>
[JsonConverter(typeof(OptionConverter<LoraTuning, TuningMethodFormat>))]
public sealed record LoraTuning : TuningMethod
{
    /// <summary>Rank of the updates, 1 to 1024. Default 8.</summary>
    [Option("rank", "Rank of the updates.", Min = 1, Max = 1024, IsWidth = true)]
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scale s, a finite number more than 0. Default 16.</summary>
    [Option("alpha", "The updates are scaled by alpha / rank.", Min = 0, WithoutMin = true)]
    public double Alpha { get; init; } = 16;

    /// <summary>Whether s is alpha / √rank (rsLoRA, Kalajdzievski 2023) instead of alpha / rank. Default false.</summary>
    [Option("rank-stabilized", "Scales by alpha / √rank instead (rsLoRA).")]
    public bool RankStabilized { get; init; }

    /// <summary>Dropout on the updates' input while training, 0 up to and without 1. Default 0.</summary>
    [Option("lora-dropout", "Dropout on the updates' input.", Min = 0, Max = 1, WithoutMax = true)]
    public double Dropout { get; init; }

    /// <summary>Which matrices are updated. Default query and value, as published.</summary>
    [Option("matrices", "Which matrices are tuned, separated by commas.", AtLeastOne = true)]
    public EncoderMatrices Matrices { get; init; } = EncoderMatrices.Query | EncoderMatrices.Value;

    /// <summary>Which layers are updated, for example <c>6..12</c>. Default all.</summary>
    [Option("layers", "Which layers are tuned, the last one left out: 6..12 is the upper half of twelve.")]
    public Range Layers { get; init; } = Range.All;

    /// <inheritdoc/>
    public override string Name => "lora";

    /// <inheritdoc/>
    public override bool SupportsMixture => true;

    internal override double LearningRate(EncoderConfig encoder, int experts) => GentleAlone(base.LearningRate(encoder, experts), experts);

    internal double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    internal override bool ChangesProjections => true;

    internal override string? MisfitOf(EncoderConfig encoder) => SharedLayers(encoder, Layers);

    internal override ITuningModule Create(MethodContext context) => new LoraModule(this, context);
}
