using Microsoft.ML.AdaMix.Testing;
using System.Globalization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>
/// What a step of AdaMix takes beyond the model: the highest resident memory and the time, whole, in parts, and with layers that are
/// recomputed. One process measures one of them, since what is freed may stay with a process. Linux only.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Batch = 16;
    private const int Length = 128;

    public static readonly string[] Variants = [
        "whole", "parts of 4", "parts of 1", "whole, recomputed", "parts of 4, recomputed", "parts of 1, recomputed"];

    public static readonly string[] LargeVariants = ["whole", "parts of 4", "parts of 4, recomputed"];

    public static MemoryFigures Measure(LoadedEncoder encoder, string variant)
    {
        LibTorch.EnsureLoaded();
        using Generator generator = new(1);
        using ITuningModule tuning = new AdapterTuning().Create(new MethodContext(encoder, 4, ExpertSharing.Up, generator, CPU));
        using TunedClassifier model = new(
            new FrozenEncoder(encoder, CPU), tuning, new ClassificationHead(encoder, 2, 0.1, generator, CPU), new MixtureOptions());
        TrainingSettings settings = new(
            1, Batch, Seed: 1, new OptimizerSettings(5e-4, 0, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)), new DropoutRates(0.1, 0.1));
        RandomDraws draws = RandomDraws.Create(model, settings);
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        using FlatParameters parameters = new(model.Parameters);
        using AdamW optimizer = new(parameters, settings.Optimizer.AdamW);
        TrainingRows rows = new(
            TokenTables.Create([
                .. Enumerable.Range(0, Batch).Select(
                    row => new TokenIds([.. Enumerable.Range(0, Length).Select(t => 10 + (((row * Length) + t) % 1000))], Length))]),
            [.. Enumerable.Range(0, Batch).Select(row => (float)(row % 2))], null);

        settings = settings with
        {
            MicroBatchSize = variant.StartsWith("parts of 4", StringComparison.Ordinal)
            ? 4
            : variant.StartsWith("parts of 1", StringComparison.Ordinal) ? 1 : null,
            GradientCheckpointing = variant.EndsWith("recomputed", StringComparison.Ordinal),
        };
        TrainingStep step = new(
            new BatchGradients(model, parameters, new ClassificationTask(2, 0), settings, draws, rows, null, threads), optimizer,
            settings.Optimizer.MaxGradientNorm, threads);
        GC.Collect();
        long before = Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5"); // forgets the highest value
        double seconds = Medians.Of(1, () => step.Run([.. Enumerable.Range(0, Batch)], 1e-4, new MixtureStep(1)).Dispose())[0];
        return new MemoryFigures(encoder.Name, variant, (Status("VmHWM") - before) / 1024.0, Status("VmHWM") / 1024.0, seconds);
    }

    // KiB
    private static long Status(string name) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ':', StringComparison.Ordinal)).Split(
            [' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

/// <param name="Encoder">What was trained.</param>
/// <param name="Variant">How.</param>
/// <param name="Added">Highest resident memory of the steps, MiB, less what was resident before them.</param>
/// <param name="Peak">Highest resident memory, MiB, model and libtorch included.</param>
/// <param name="Seconds">Of a step.</param>
internal sealed record MemoryFigures(string Encoder, string Variant, double Added, double Peak, double Seconds);
