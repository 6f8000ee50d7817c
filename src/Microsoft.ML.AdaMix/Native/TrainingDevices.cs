using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Finds the device that the options ask for.</summary>
internal static class TrainingDevices
{
    /// <exception cref="InvalidOperationException">A GPU is asked for and there is none.</exception>
    public static Device Choose(TrainingDevice device) => device switch
    {
        TrainingDevice.Cpu => CPU,
        TrainingDevice.Cuda when !cuda.is_available() => throw new InvalidOperationException(
            "Device is Cuda, but this application's libtorch sees no NVIDIA GPU. Add TorchSharp-cuda-linux or TorchSharp-cuda-windows "
            + "and a driver, or set Device to Auto."),
        TrainingDevice.Cuda => CUDA,
        _ => cuda.is_available() ? CUDA : CPU,
    };
}
