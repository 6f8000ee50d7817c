namespace Microsoft.ML.AdaMix;

/// <summary>The mixture of adaptations: how many experts, what they share, how they are picked, how strongly two passes must agree.</summary>
public sealed class MixtureOptions
{
    /// <summary>No mixture: one expert and one pass a step, the plain method.</summary>
    public static MixtureOptions None => new() { Experts = 1, Consistency = 0 };

    /// <summary>Experts a layer, 1 to 16; the default 4 is the paper's. With 1 the method is the plain one.</summary>
    public int Experts { get; set; } = 4;

    /// <summary>
    /// Which projections the experts share; the default <see cref="Sharing.Up"/> is the published setting. LoRA's A counts as down, its B as up; the
    /// vectors of IA3 and BitFit count as down.
    /// </summary>
    public Sharing Sharing { get; set; } = Sharing.Up;

    /// <summary>How training picks experts. Default <see cref="Routing.Batch"/>, the published setting.</summary>
    public Routing Routing { get; set; } = Routing.Batch;

    /// <summary>The expert of <see cref="Routing.Fixed"/>, 0 up to and without <see cref="Experts"/>. Default 0.</summary>
    public int FixedExpert { get; set; }

    /// <summary>
    /// Weight of the symmetric KL term between two passes (section 3.2 of the paper), 0 or more; default 1. With 0, and in regression, each step makes one pass only.
    /// </summary>
    public double Consistency { get; set; } = 1.0;

    /// <summary>Share of all steps over which the consistency weight rises linearly from 0, 0 to 1. Default 0: it is there from the first step.</summary>
    public double ConsistencyRampUp { get; set; }

    // Experts that take turns while training; those that share everything, or of which one is fixed, are trained in every step.
    internal int ExpertsInTurn => Sharing == Sharing.Both || Routing == Routing.Fixed ? 1 : Experts;
}
