using Microsoft.ML.AdaMix.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>Whether the libtorch that is there can be used, in a process that did nothing else yet.</summary>
internal static class LoadingChecks
{
    /// <returns>Whether the device can be used; the rest is run then.</returns>
    public static bool Run(string name, Report report)
    {
        Device device = new(name);
        report.Check("libtorch is loaded and sees the device", () =>
        {
            LibTorch.EnsureLoaded();
            if (device.type == DeviceType.CUDA && !cuda.is_available())
            {
                throw new InvalidOperationException("It sees no GPU.");
            }
        });
        bool usable = report.Failed == 0;
        if (usable)
        {
            report.Check("a gradient on the CPU, then one on the device", () =>
            {
                Differentiate(CPU);
                Differentiate(device);
            });
        }

        return usable;
    }

    private static void Differentiate(Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones([8, 8], ScalarType.Float32, device, requires_grad: true);
        x.matmul(x).sum().backward();
        if (x.grad!.sum().cpu().item<float>() != 2 * 8 * 8 * 8)
        {
            throw new InvalidOperationException($"The gradient on {device} is wrong.");
        }
    }
}
