namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>What can be measured.</summary>
internal static class Parts
{
    public static readonly string[] All = [
        "training", "tokenizers", "frozen", "latency", "threads", "transform", "agreement", "loading", "sweep",
        "memory", "growth", "families"];

    /// <summary>Those that take long; measured when they are named.</summary>
    public static readonly string[] OnDemand = ["memory", "growth", "families"];
}
