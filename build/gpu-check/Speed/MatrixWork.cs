using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Speed;

/// <summary>What the device can do in matrix products.</summary>
internal static class MatrixWork
{
    private const int Rounds = 5;
    private const int Products = 5;

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
