using System.Diagnostics;
using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Finds out in which type a device multiplies the encoder's matrices faster.</summary>
internal static class PrecisionProbe
{
    // Where both are about equally fast float32 stays, so that noise does not change the choice from run to run.
    private const double WorthIt = 1.5;
    private const int Tokens = 512;
    private const int Timings = 5;

    /// <summary>The type to use: as the option says, or the faster one.</summary>
    public static ScalarType Choose(TrainingPrecision precision, EncoderConfig config, Device device) => precision switch
    {
        TrainingPrecision.Float32 => ScalarType.Float32,
        TrainingPrecision.BFloat16 => ScalarType.BFloat16,
        _ => Fastest(ScalarType.Float32, config, device) >= WorthIt * Fastest(ScalarType.BFloat16, config, device)
            ? ScalarType.BFloat16
            : ScalarType.Float32,
    };

    // The least of several times is what the machine can do; the others were disturbed.
    private static double Fastest(ScalarType type, EncoderConfig config, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Tensor x = ones([Tokens, config.HiddenSize], type, device);
        Tensor weight = ones([config.IntermediateSize, config.HiddenSize], type, device);
        double fastest = double.PositiveInfinity;
        for (int timing = -1; timing < Timings; timing++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = nn.functional.linear(x, weight);
            if (device.type == DeviceType.CUDA)
            {
                cuda.synchronize(device);
            }

            // The first one warms up.
            fastest = timing < 0 ? fastest : Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }
}
