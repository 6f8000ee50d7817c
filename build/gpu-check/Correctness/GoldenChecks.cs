using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tests.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>Losses, logits and gradients of the reference numbers: those of the files, and the same on CPU and device.</summary>
internal static class GoldenChecks
{
    private const double InFloat32 = 2e-5;
    private const double InBFloat16 = 1e-3;

    // A sum in another order can round to the other neighbour: of a state of three that is 0.016, as far as bfloat16 is from float32.
    private const double BesideRounding = 1;

    // Where residuals and what is trained are bfloat16 too, as on a GPU, a value has three digits: what the CPU makes of the same types
    // says how near a device should come to the reference numbers.
    private const double BesideCpu = 2;

    public static void Run(Plan plan, Report report)
    {
        foreach ((string family, string file) in plan.Some(Golden.AdaMixFiles))
        {
            string name = $"{family}/{Path.GetFileNameWithoutExtension(file)}";
            Run(plan, report, name, place => AdaMixStep.Compute(family, file, place).Values);
        }

        foreach (string file in plan.Some(Golden.MethodFiles))
        {
            Run(plan, report, $"methods/{file}", place => MethodStep.Compute(file, place).Values);
        }
    }

    private static void Run(Plan plan, Report report, string name, Func<ModelPlace, IReadOnlyList<ParityValue>> compute)
    {
        report.Check($"{name}: reference numbers, float32", InFloat32, () =>
            compute(new ModelPlace(plan.Device, ScalarType.Float32)).Max(value => Differences.Largest(value.Expected, value.Actual)));
        report.Check($"{name}: CPU and {plan.Device.type}, float32", InFloat32, () => Apart(ScalarType.Float32, _ => true));
        report.Check($"{name}: losses of CPU and {plan.Device.type}, products in bfloat16", InBFloat16, () =>
            Apart(ScalarType.BFloat16, value => value.Name.EndsWith("loss", StringComparison.Ordinal)));
        report.Check(
            $"{name}: CPU and {plan.Device.type}, products in bfloat16, over bfloat16 and float32 on the CPU", BesideRounding, () =>
                Apart(ScalarType.BFloat16, _ => true) / Farthest(
                    compute(new ModelPlace(CPU, ScalarType.Float32)), compute(new ModelPlace(CPU, ScalarType.BFloat16)), _ => true));
        report.Check($"{name}: error of {plan.Device.type} over that of the CPU, all in bfloat16", BesideCpu, () =>
            Error(plan.Device) / Error(CPU));

        double Error(Device device) => compute(new ModelPlace(device, ScalarType.BFloat16, ScalarType.BFloat16))
            .Max(value => Differences.Largest(value.Expected, value.Actual));
        double Apart(ScalarType precision, Func<ParityValue, bool> which) =>
            Farthest(compute(new ModelPlace(CPU, precision)), compute(new ModelPlace(plan.Device, precision)), which);
    }

    private static double Farthest(
        IReadOnlyList<ParityValue> some, IReadOnlyList<ParityValue> others, Func<ParityValue, bool> which) => some
        .Zip(others)
        .Where(pair => which(pair.First))
        .Max(pair => Differences.Largest(pair.First.Actual, pair.Second.Actual));
}
