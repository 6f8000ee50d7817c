using Microsoft.ML.AdaMix.Wording;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Native;

/// <summary>Finds the device that the options ask for.</summary>
internal static class TrainingDevices
{
    /// <exception cref="InvalidOperationException">A GPU is asked for that is not there.</exception>
    public static Device Choose(TrainingDevice device) => Choose(device, CountCards);

    /// <summary>The same on a machine with so many cards.</summary>
    internal static Device Choose(TrainingDevice device, Func<int> countCards)
    {
        if (device == TrainingDevice.Cpu)
        {
            return CPU;
        }

        int cards = countCards();
        if (device == TrainingDevice.Auto && cards == 0)
        {
            return CPU;
        }

        int wanted = device.Number ?? 0;
        return wanted < cards ? new Device(DeviceType.CUDA, wanted) : throw NotThere(device, cards);
    }

    /// <summary>NVIDIA GPUs that libtorch sees.</summary>
    public static int CountCards() => cuda.is_available() ? cuda.device_count() : 0;

    private static InvalidOperationException NotThere(TrainingDevice device, int cards) => new(cards > 0
        ? $"Device is {device}, but there {(cards == 1 ? "is" : "are")} {Counts.Of(cards, "card")}: "
        + $"{string.Join(", ", Enumerable.Range(0, cards).Select(TrainingDevice.Card))}. Name one of these, or set Device to cpu."
        : $"Device is {device}, but there are 0 cards: the libtorch in use{LibTorch.Place} sees no NVIDIA GPU. It takes a driver, and a "
        + "libtorch for CUDA: the package TorchSharp-cuda-linux or TorchSharp-cuda-windows, or the lib folder of an installed PyTorch, "
        + $"which LibTorchFolder or the variable {LibTorch.Variable} names. Otherwise set Device to auto or cpu.");
}
