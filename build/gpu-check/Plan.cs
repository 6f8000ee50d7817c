using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>What is run, and how much of it.</summary>
/// <param name="Device">Where.</param>
/// <param name="Quick">Half of the measurements, each shorter.</param>
/// <param name="All">On a CPU too all claims, not the first of a kind.</param>
/// <param name="Time">Measurements that would begin later than this are left out.</param>
internal sealed record Plan(Device Device, bool Quick, bool All, TimeSpan Time)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Whether everything is tiny: on a CPU only the program itself is tried.</summary>
    public bool IsTrial => Device.type == DeviceType.CPU;

    /// <summary>Of one measurement of speed, warm-up included.</summary>
    public TimeSpan Measurement => TimeSpan.FromSeconds(IsTrial ? 0.05 : Quick ? 1.5 : 2.4);

    public TimeSpan Left => Time - Stopwatch.GetElapsedTime(_start);

    /// <summary>The library's name of the device.</summary>
    public TrainingDevice Training => IsTrial ? TrainingDevice.Cpu : TrainingDevice.Cuda;

    /// <summary>Steps of a measurement that do not count.</summary>
    public int WarmUpSteps => IsTrial ? 1 : 8;

    /// <summary>Items; in a trial the first one alone, unless all are asked for.</summary>
    public IEnumerable<T> Some<T>(IEnumerable<T> items) => IsTrial && !All ? items.Take(1) : items;

    /// <summary>Waits until the device has done what it was given.</summary>
    public void Synchronize()
    {
        if (Device.type == DeviceType.CUDA)
        {
            cuda.synchronize(Device);
        }
    }
}
