namespace Microsoft.ML.AdaMix;

/// <summary>Which of an adapter's two projections all experts of a layer share (section 3.4 of the AdaMix paper).</summary>
[Flags]
public enum ExpertSharing
{
    /// <summary>Every expert has its own down and up projection.</summary>
    None = 0,

    /// <summary>One down projection (hidden to bottleneck) a layer, experts on the up projection.</summary>
    Down = 1,

    /// <summary>
    /// One up projection (bottleneck to hidden) a layer, experts on the down projection: the published setting and the default.
    /// </summary>
    Up = 2,

    /// <summary>Both projections shared: one plain adapter a layer, without any routing.</summary>
    Both = Down | Up,
}
