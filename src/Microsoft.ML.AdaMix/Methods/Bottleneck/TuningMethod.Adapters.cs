namespace Microsoft.ML.AdaMix;

public abstract partial class TuningMethod
{
    /// <summary>Bottleneck adapters as AdaMix has them, one after each feed-forward.</summary>
    /// <param name="bottleneck">Width, 1 to 4096; the default 16 is the paper's.</param>
    public static BottleneckAdapters Adapters(int bottleneck = 16) => new() { Bottleneck = bottleneck };

    /// <summary>Two adapters a layer (Houlsby et al. 2019), with SiLU as the adapters library has them.</summary>
    /// <param name="bottleneck">Width, 1 to 4096. Default 16.</param>
    public static BottleneckAdapters Houlsby(int bottleneck = 16) =>
        new() { Bottleneck = bottleneck, Placement = AdapterPlacement.Houlsby, Activation = AdapterActivation.Silu };

    /// <summary>One adapter a layer behind the LayerNorm (Pfeiffer et al. 2021), with ReLU.</summary>
    /// <param name="bottleneck">Width, 1 to 4096. Default 16.</param>
    public static BottleneckAdapters Pfeiffer(int bottleneck = 16) =>
        new() { Bottleneck = bottleneck, Placement = AdapterPlacement.Pfeiffer, Activation = AdapterActivation.Relu };

    /// <summary>One adapter a layer beside the feed-forward (He et al. 2022), with ReLU and scale 4.</summary>
    /// <param name="bottleneck">Width, 1 to 4096. Default 16.</param>
    public static BottleneckAdapters ParallelAdapters(int bottleneck = 16) =>
        new() { Bottleneck = bottleneck, Placement = AdapterPlacement.Parallel, Activation = AdapterActivation.Relu, Scale = 4 };
}
