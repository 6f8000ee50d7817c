namespace Microsoft.ML.AdaMix;

/// <summary>Which of a step's two passes learn from the labels; the consistency term is of both in either case.</summary>
public enum SupervisedPasses
{
    /// <summary>The first one: the published setting (section 3.2 of the AdaMix paper).</summary>
    First,

    /// <summary>Both, by the mean of their losses, as in R-Drop (Liang et al. 2021): it costs nothing more.</summary>
    Both,
}
