namespace Microsoft.ML.AdaMix.Onnx;

/// <summary>What a session is for. The weights of an encoder lie in memory once for both.</summary>
internal enum SessionUse
{
    /// <summary>A row, or a few: each run is on all threads, so that it ends soon.</summary>
    Row,

    /// <summary>
    /// Many rows: each run is on its caller's thread alone. As many callers as there are processors score more rows than one run on all
    /// threads, which wait for each other at the end of every node.
    /// </summary>
    Batches,
}
