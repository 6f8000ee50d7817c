using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// The mixture of adaptations: how many experts, what they share, how they are picked, how strongly two passes must agree.
/// </summary>
/// <remarks>Immutable; a changed copy is made with <c>mixture with { ... }</c>.</remarks>
[JsonConverter(typeof(OptionConverter<MixtureOptions, ObjectFormat<MixtureOptions>>))]
public sealed record MixtureOptions
{
    /// <summary>No mixture: one expert and one pass a step, the plain method.</summary>
    public static MixtureOptions None { get; } = new()
    {
        Experts = 1,
        ConsistencyWeight = 0,
        Supervision = SupervisedPasses.First,
    };

    /// <summary>
    /// The mixture as published: 4 experts, shared up projections, a route for the batch, consistency 1 with the first pass supervised.
    /// </summary>
    public static MixtureOptions Published { get; } = new()
    {
        Experts = 4,
        Sharing = ExpertSharing.Up,
        Routing = ExpertRouting.Batch,
        ConsistencyWeight = 1,
        ConsistencyRampUp = 0,
        Supervision = SupervisedPasses.First,
    };

    /// <summary>
    /// Experts a layer, 1 to 16; with 1 the method is the plain one. Null, the default, takes one for each 75 steps, at least 1, at most
    /// the paper's 4.
    /// </summary>
    /// <remarks>A training has Epochs x rows / BatchSize steps. docs/ablations.md has the evidence; the log says what was taken.</remarks>
    [Option(
        "experts", "Experts a layer; 1 is the plain method.", Min = 1, Max = 16, Unit = "experts",
        WhenNull = "one for each 75 steps, up to 4")]
    public int? Experts { get; init; }

    /// <summary>
    /// Which projections the experts share; the default <see cref="ExpertSharing.Up"/> is the published setting. LoRA's A counts as down,
    /// its B as up; the vectors of IA3 and BitFit count as down.
    /// </summary>
    [Option("sharing", "Which projections the experts share.", IdleBeside = nameof(Experts), IdleAt = 1)]
    public ExpertSharing Sharing { get; init; } = ExpertSharing.Up;

    /// <summary>How training picks experts. Default <see cref="ExpertRouting.Batch"/>, the published setting.</summary>
    [Option(
        "routing", "How training picks experts: one a layer for the batch, an example, or a token; one for all layers; or a fixed one.",
        IdleBeside = nameof(Experts), IdleAt = 1)]
    public ExpertRouting Routing { get; init; } = ExpertRouting.Batch;

    /// <summary>The expert of <see cref="ExpertRouting.Fixed"/>, 0 or more and less than <see cref="Experts"/>. Default 0.</summary>
    [Option("fixed-expert", "The expert of fixed routing, less than the number of experts.", Min = 0,
        IdleBeside = nameof(Routing), IdleUnlessAt = ExpertRouting.Fixed)]
    public int FixedExpert { get; init; }

    /// <summary>
    /// Weight of the consistency between two passes, 0 or more; published is 1. Null, the default, takes 2, and with few rows up to 12.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The consistency is a symmetric KL term (section 3.2 of the paper). With 0, and in regression, a step makes one pass.
    /// </para>
    /// <para>
    /// With fewer than 750 training rows and no template null is 1536 / rows to a tenth, whatever the epochs: 5.1 for 300, and 12 for 128
    /// or fewer. The log says so; docs/few-rows.md has the evidence.
    /// </para>
    /// </remarks>
    [Option(
        "consistency", "Weight of the consistency between two passes; 0 makes one pass a step.", Min = 0,
        WhenNull = "2, and with few rows and no template up to 12")]
    public double? ConsistencyWeight { get; init; }

    /// <summary>
    /// Share of all steps over which the consistency weight rises linearly from 0, 0 to 1. Default 0: it is there from the first step.
    /// </summary>
    [Option(
        "consistency-ramp-up", "Share of all steps over which that weight rises from 0.",
        Min = 0, Max = 1, IdleBeside = nameof(ConsistencyWeight), IdleAt = 0.0)]
    public double ConsistencyRampUp { get; init; }

    /// <summary>
    /// Which passes learn from the labels, where a step makes two. Default <see cref="SupervisedPasses.Both"/>; published is the first one.
    /// </summary>
    [Option(
        "supervision", "Which of a step's two passes learn from the labels.", IdleBeside = nameof(ConsistencyWeight), IdleAt = 0.0,
        Before = SupervisedPasses.First)]
    public SupervisedPasses Supervision { get; init; } = SupervisedPasses.Both;

    /// <summary>
    /// Share of all steps, the last ones, that compute with the merged experts, whose gradient goes to each of them; 0 to 1. Default 0.
    /// </summary>
    /// <remarks>
    /// What predicts is then what was trained last. Such a step makes one pass and has no consistency term, so that a share of 0.2 makes a
    /// training a tenth shorter, for a log loss that is higher by a seventh (docs/ablations.md). Has no effect where experts share
    /// everything or one is fixed.
    /// </remarks>
    [Option(
        "merged-steps", "Share of all steps, the last ones, that train the experts merged.",
        Min = 0, Max = 1, IdleBeside = nameof(Experts), IdleAt = 1, Before = 0.0)]
    public double MergedSteps { get; init; }

    // Four experts reached 61.5 % in 140 steps and 87.6 % in 560 (minilm-l6, 100 rows of trec6).
    internal const int StepsAnExpert = 75;

    // Where nobody chose and the steps allow it: the paper's.
    private const int MostExperts = 4;

    /// <summary>The weight of the consistency where nobody chose, but for few rows.</summary>
    internal const double UsualConsistency = 2;

    /// <summary>The weight of the consistency; the usual one, where nobody chose and the rows are not known.</summary>
    internal double ConsistencyOrUsual => ConsistencyWeight ?? UsualConsistency;

    /// <summary>The number of experts, where the steps are not known the largest that they could make it.</summary>
    internal int ExpertCount => Experts ?? MostExperts;

    // Experts that take turns while training; those that share everything, or of which one is fixed, are trained in every step.
    internal int ExpertsInTurn => Sharing == ExpertSharing.Both || Routing == ExpertRouting.Fixed ? 1 : ExpertCount;

    /// <summary>The same with a number of experts, that of these options or what so many steps can train.</summary>
    internal MixtureOptions WithExperts(long steps) => Experts is not null ? this : this with
    {
        Experts = ExpertsInTurn == 1 ? MostExperts : (int)Math.Clamp(steps / StepsAnExpert, 1, MostExperts),
    };

    /// <summary>The same with a weight of the consistency, that of these options or one.</summary>
    internal MixtureOptions WithConsistency(double weight) => this with { ConsistencyWeight = ConsistencyWeight ?? weight };
}
