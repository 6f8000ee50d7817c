namespace Microsoft.ML.AdaMix;

/// <summary>The mixture of adaptations: how many experts, what they share, how strongly two passes must agree.</summary>
public sealed class MixtureOptions
{
    /// <summary>Experts a layer, 1 to 16; the default 4 is the paper's. With 1 the method is a plain adapter.</summary>
    public int Experts { get; set; } = 4;

    /// <summary>Which projections the experts share; the default <see cref="Sharing.Up"/> is the published setting.</summary>
    public Sharing Sharing { get; set; } = Sharing.Up;

    /// <summary>
    /// Weight of the symmetric KL term between two passes (section 3.2 of the paper), 0 or more; default 1. With 0 each step makes one pass only.
    /// </summary>
    public double Consistency { get; set; } = 1.0;
}
