using System.Diagnostics;
using Microsoft.ML.AdaMix.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>Operations of matrix products: what a step needs, and what the device can do.</summary>
internal static class MatrixWork
{
    private const int Rounds = 5;
    private const int Products = 5;

    /// <summary>
    /// Operations of the encoder's matrices for a token in all passes of a step, forward and back. Attention's own products, the method's
    /// and the head's are not counted.
    /// </summary>
    public static double StepFlops(EncoderConfig config, string method)
    {
        double hidden = config.HiddenSize;
        double layer = (4 * hidden * hidden) + (2 * hidden * config.IntermediateSize);

        // Of the last layer the first token alone goes on; keys and values are of all tokens.
        double forward = ((config.Layers - 1) * layer) + (2 * hidden * hidden);
        double gradients = method switch
        {
            "full" => 2 * forward, // of activations and of weights
            _ => forward - layer, // below the first tuned place nothing has a gradient
        };
        return (method == "adamix" ? 2 : 1) * 2 * (forward + gradients);
    }

    /// <summary>Operations a second of one large product, the best of some rounds.</summary>
    public static double Peak(Plan plan, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        long size = plan.IsTrial ? 256 : 8192;
        Tensor x = ones([size, size], type, plan.Device);
        double best = double.PositiveInfinity;
        for (int round = -1; round < Rounds; round++)
        {
            plan.Synchronize();
            long start = Stopwatch.GetTimestamp();
            for (int product = 0; product < Products; product++)
            {
                using Tensor y = x.matmul(x);
            }

            plan.Synchronize();
            best = round < 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / Products);
        }

        return 2.0 * size * size * size / best;
    }
}
