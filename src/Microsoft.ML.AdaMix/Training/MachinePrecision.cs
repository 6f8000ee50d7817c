using System.Diagnostics;
using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>In which type a machine multiplies the frozen matrices: a property of it, found once a process, whatever is trained.</summary>
internal static class MachinePrecision
{
    // Processors have bfloat16 at a third to a half of float32's speed, or at three to eight times it; nothing was seen in between.
    private const double WorthIt = 1.5;
    private const int Tokens = 256;
    private const int Inputs = 1024;
    private const int Outputs = 4096;
    private const int Timings = 7;

    // The first generation of cards that multiplies bfloat16 faster than float32 (Ampere).
    private const int FirstGeneration = 8;

    private static readonly Lazy<ScalarType> OfProcessor = new(MeasureProcessor);

    /// <summary>The type to multiply in: what the option says, or what suits the machine.</summary>
    public static ScalarType Choose(TrainingPrecision precision, Device device) => precision switch
    {
        TrainingPrecision.Float32 => ScalarType.Float32,
        TrainingPrecision.BFloat16 => ScalarType.BFloat16,
        _ when device.type == DeviceType.CPU => OfProcessor.Value,
        _ => CudaCard.Generation(device.index) >= FirstGeneration ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>The type of residuals and of what is trained: on a GPU that of the products, since casts cost as much as these.</summary>
    public static ScalarType States(ScalarType precision, Device device) =>
        device.type == DeviceType.CPU ? ScalarType.Float32 : precision;

    // On one thread, as a step's parts compute.
    private static ScalarType MeasureProcessor()
    {
        using OperatorThreads threads = OperatorThreads.Open(CPU, 1);
        return threads.Run(Faster);
    }

    private static ScalarType Faster()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Func<double>[] products = [Product(ScalarType.Float32), Product(ScalarType.BFloat16)];
        double[] fastest = [double.PositiveInfinity, double.PositiveInfinity];
        for (int timing = -1; timing < Timings; timing++)
        {
            // In turn, so that what disturbs one disturbs the other; the least time is what the machine can do. The first one warms up.
            for (int type = 0; type < products.Length; type++)
            {
                double seconds = products[type]();
                fastest[type] = timing < 0 ? fastest[type] : Math.Min(fastest[type], seconds);
            }
        }

        return fastest[0] >= WorthIt * fastest[1] ? ScalarType.BFloat16 : ScalarType.Float32;
    }

    private static Func<double> Product(ScalarType type)
    {
        Tensor x = ones([Tokens, Inputs], type);
        Tensor weight = ones([Outputs, Inputs], type);
        return () =>
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = nn.functional.linear(x, weight);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        };
    }
}
