namespace Microsoft.ML.AdaMix;

/// <summary>In which type a model multiplies the encoder's matrices while it predicts. Embeddings, LayerNorm, softmax, adapters and head are float32 always.</summary>
public enum ServingPrecision
{
    /// <summary>float32: exact to the reference. The default.</summary>
    Float32,

    /// <summary>
    /// int8: the matrices take a quarter of the memory, and are multiplied several times as fast on processors that multiply bytes (x64 with VNNI, Arm with dot products).
    /// Scores differ a little; labels stay the same but for those of about one text in two hundred, or fewer. A text's scores do not depend on the texts beside it. The
    /// first use takes longer, because the weights are quantised then.
    /// </summary>
    Int8,

    /// <summary>
    /// Times the model's own graph in both on the first use, for some milliseconds, and takes int8 only where it is at least 1.3 times as fast. Until then both are in memory.
    /// </summary>
    Auto,
}
