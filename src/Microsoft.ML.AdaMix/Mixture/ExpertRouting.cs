namespace Microsoft.ML.AdaMix;

/// <summary>How training picks the experts of a pass (section 3.1 of the AdaMix paper, and variants of it).</summary>
public enum ExpertRouting
{
    /// <summary>One random expert per layer and pass for the whole batch: the published setting and the default.</summary>
    Batch,

    /// <summary>A random expert for every row of a batch; of a long text that is read in windows, for every window.</summary>
    Example,

    /// <summary>A random expert for every token.</summary>
    Token,

    /// <summary>
    /// One random draw per pass for the whole batch that holds in all layers: one of the experts, or without sharing the first projection
    /// of one and the second of another.
    /// </summary>
    AllLayers,

    /// <summary>
    /// Always the expert that <see cref="MixtureOptions.FixedExpert"/> names; the others are not trained, and the merged model is that
    /// expert.
    /// </summary>
    Fixed,
}
