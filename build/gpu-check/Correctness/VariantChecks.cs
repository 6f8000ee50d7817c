using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tests.Training;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>
/// Short trainings with dropout, of every method, routing, task and way to save memory: the same seed draws the same masks and routes on
/// CPU and device, so that the losses of all steps agree.
/// </summary>
internal static class VariantChecks
{
    private const int Rows = 24;
    private const int PaddedLength = 16; // no row is longer: masks are the same only at the same length
    private const double FirstLoss = 2e-5;
    private const double NearFloat32 = 0.1;
    private const double LaterLosses = 1e-3; // Adam turns a gradient of rounding errors into a step

    public static void Run(Plan plan, Report report)
    {
        foreach (Variant variant in plan.Some(Methods()).Concat(plan.Some(Others())))
        {
            float[] cpu = [];
            float[] device = [];
            report.Check($"{variant.Name}: first loss of a training with dropout, CPU and {plan.Device.type}", FirstLoss, () =>
            {
                cpu = Losses(variant, CPU);
                device = Losses(variant, plan.Device);
                return Differences.Largest(cpu[..1], device[..1]);
            });
            report.Check($"{variant.Name}: all its losses", LaterLosses, () =>
                device.Length > 1 ? Differences.Largest(cpu, device) : throw new InvalidOperationException("There are none."));
            report.Check($"{variant.Name}: all in bfloat16, losses near those in float32", NearFloat32, () =>
                Differences.Largest(cpu, Losses(variant, plan.Device, ScalarType.BFloat16)));
        }
    }

    /// <summary>The losses of all steps of a variant's training.</summary>
    public static float[] Losses(Variant variant, Device device, ScalarType type = ScalarType.Float32)
    {
        List<float> losses = [];
        ModelPlace place = new(device, type, type);
        using OperatorThreads threads = OperatorThreads.Open(device);
        using ReferenceModel model = RandomModel.Create(
            variant.Method, variant.Mixture, variant.Method is FullFineTuning or BitFitTuning ? 0.02 : 0.1, place: place,
            outputs: TinyTraining.Outputs);
        TrainingRows rows = variant.Rows();
        TunedClassifier padded = model.Classifier with { LengthMultiple = PaddedLength };
        new TrainingLoop(
            padded, variant.Task, variant.Settings, threads, progress => losses.AddRange(progress.StepLosses), () => { })
            .Run(rows, validation: rows);
        return [.. losses];
    }

    private static IEnumerable<Variant> Methods()
    {
        foreach ((string name, Func<TuningMethod> create) in AllMethods.ByName)
        {
            TuningMethod method = create();
            yield return Variant.Plain with
            {
                Name = name,
                Method = method,
                Mixture = method.SupportsMixture ? new MixtureOptions() : MixtureOptions.None,
            };
        }
    }

    private static IEnumerable<Variant> Others()
    {
        TrainingSettings settings = Variant.Plain.Settings;
        foreach (ExpertRouting routing in Enum.GetValues<ExpertRouting>())
        {
            yield return Variant.Plain with { Name = $"routing {routing}", Mixture = new MixtureOptions { Routing = routing } };
        }

        yield return Variant.Plain with { Name = "all apart", Mixture = new MixtureOptions { Sharing = ExpertSharing.None } };
        yield return Variant.Plain with { Name = "one pass", Mixture = new MixtureOptions { ConsistencyWeight = 0 } };
        yield return Variant.Plain with { Name = "parts of 3", Settings = settings with { MicroBatchSize = 3 } };
        yield return Variant.Plain with { Name = "recomputed", Settings = settings with { GradientCheckpointing = true } };
        yield return Variant.Plain with { Name = "weighted", Rows = () => TinyTraining.Classes(Rows, weighted: true) };
        yield return Variant.Plain with { Name = "LoRA with dropout", Method = new LoraTuning { Rank = 4, Dropout = 0.1 } };
        foreach (long bytes in (long[])[0, 20_000, 1 << 20])
        {
            yield return Variant.Plain with
            {
                Name = $"upper layers, {bytes} bytes for kept states",
                Method = new AdapterTuning { Bottleneck = 4, Layers = 1..^0 },
                Settings = settings with { FrozenCacheBytes = bytes, Dropout = settings.Dropout with { InFrozenPart = false } },
            };
        }

        yield return Variant.Plain with
        {
            Name = "several labels",
            Task = new MultiLabelTask(3, 0.1, [1, 2, 0.5f]),
            Rows = () => TinyTraining.Rows(Rows, (row, label) => (row >> label) & 1, width: 3),
        };
    }
}
