namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>How attention is written down; the numbers are the same.</summary>
internal enum AttentionForm
{
    /// <summary>ONNX Runtime's own fused operator.</summary>
    Fused,

    /// <summary>Standard operators only, for files that other runtimes read.</summary>
    Standard,
}
