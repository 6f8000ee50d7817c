namespace Microsoft.ML.AdaMix;

/// <summary>
/// Where bottleneck adapters stand in a layer and what they read. f is a sub-layer's output, a its residual, LN its frozen LayerNorm; the
/// layer goes on with LN(f' + a).
/// </summary>
public enum AdapterPlacement
{
    /// <summary>After the feed-forward: f' = f + up(act(down(f))). AdaMix's own (Wang et al. 2022).</summary>
    FeedForward,

    /// <summary>The same after the attention and after the feed-forward, two adapters a layer (Houlsby et al. 2019).</summary>
    Houlsby,

    /// <summary>After the feed-forward, behind the LayerNorm: f' = f + up(act(down(LN(f + a)))) (Pfeiffer et al. 2021).</summary>
    Pfeiffer,

    /// <summary>Beside the feed-forward: f' = f + scale · up(act(down(a))) (He et al. 2022).</summary>
    Parallel,
}
