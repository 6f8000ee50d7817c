namespace Microsoft.ML.AdaMix;

/// <summary>Where training runs.</summary>
public enum TrainingDevice
{
    /// <summary>An NVIDIA GPU if the application's libtorch has one, otherwise the CPU. The default.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; an error if there is none.</summary>
    Cuda,
}
