namespace Microsoft.ML.AdaMix;

/// <summary>In which type the frozen encoder multiplies while training. What is trained is kept in float32 always.</summary>
/// <remarks>
/// On a CPU LayerNorm, softmax, residuals and what is trained compute in float32. On a GPU, where a cast costs as much as a product, all
/// of a pass computes in this type, and a copy of what is trained; losses, the sum of gradients and the optimiser are float32.
/// </remarks>
public enum TrainingPrecision
{
    /// <summary>What suits the machine: bfloat16 where it is at least 1.5 times as fast as float32. The default.</summary>
    /// <remarks>
    /// A processor is timed once a process, on a fixed shape, whatever is trained: some multiply bfloat16 eight times as fast as float32,
    /// others at a third of its speed, and none was seen near the bound. Of a GPU its generation decides (Ampere and later). The log says
    /// what was chosen.
    /// </remarks>
    Auto,

    /// <summary>float32: exact to the reference, the same choice on every machine.</summary>
    Float32,

    /// <summary>bfloat16, as mixed-precision training has it.</summary>
    BFloat16,
}
