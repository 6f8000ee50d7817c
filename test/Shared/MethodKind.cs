namespace Microsoft.ML.AdaMix.Testing;

/// <summary>How a file of the adapters or peft library tunes its encoder.</summary>
internal enum MethodKind
{
    /// <summary>Bottlenecks on the feed-forward's output.</summary>
    Adapters,

    /// <summary>Bottlenecks after attention and feed-forward.</summary>
    HoulsbyAdapters,

    /// <summary>Bottlenecks after the normalized sum.</summary>
    PfeifferAdapters,

    /// <summary>Bottlenecks beside the feed-forward.</summary>
    ParallelAdapters,

    /// <summary>LoRA.</summary>
    LowRank,

    /// <summary>IA3.</summary>
    Factors,

    /// <summary>Keys and values in every layer.</summary>
    Prefix,

    /// <summary>Embeddings before the text.</summary>
    Prompt,
}
