namespace Microsoft.ML.AdaMix;

/// <summary>
/// In which type the frozen encoder multiplies while training. What is trained, LayerNorm, softmax, residuals and losses are float32
/// always.
/// </summary>
public enum TrainingPrecision
{
    /// <summary>
    /// Times both types on the encoder's shapes for some milliseconds and takes bfloat16 where it is at least 1.5 times as fast: processors
    /// and GPUs differ by a factor of eight. The default.
    /// </summary>
    /// <remarks>
    /// The log says what was chosen. On a machine where the ratio is close to 1.5 the choice, and with it the last bits of a model, may
    /// differ from run to run; name a type there.
    /// </remarks>
    Auto,

    /// <summary>float32: exact to the reference, the same choice on every machine.</summary>
    Float32,

    /// <summary>bfloat16, as mixed-precision training has it.</summary>
    BFloat16,
}
