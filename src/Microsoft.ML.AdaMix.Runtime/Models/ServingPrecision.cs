namespace Microsoft.ML.AdaMix;

/// <summary>
/// In which type a model multiplies the encoder's matrices while it predicts. Embeddings, LayerNorm, softmax, adapters and head are float32
/// always.
/// </summary>
public enum ServingPrecision
{
    /// <summary>float32: exact to the reference. The default.</summary>
    Float32,

    /// <summary>
    /// int8: what ONNX Runtime holds of the matrices takes a quarter of the memory, and they are multiplied faster on processors that
    /// multiply bytes (x64 with VNNI, Arm with dot products).
    /// </summary>
    /// <remarks>
    /// Scores differ a little; on four real test sets the label of one text in three hundred was another. A text's scores do not depend on
    /// the texts beside it. The first use takes longer, because the weights are quantised then, once for all models on the encoder.
    /// </remarks>
    Int8,

    /// <summary>
    /// Times the model's own graph in both on the first use, for some milliseconds, and takes int8 only where it is at least 1.3 times as
    /// fast. Until then both are in memory.
    /// </summary>
    Auto,
}
