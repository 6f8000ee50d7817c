using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Benchmarks;
using Microsoft.ML.AdaMix.Benchmarks.Growth;
using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Benchmarks.Training;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;

Option<string?> json = new("--json") { HelpName = "FILE", Description = "Also writes all figures to a file, as one JSON object." };
Option<bool> quick = new("--quick") { Description = "Fewer rounds: a first impression, not figures to quote." };
Option<bool> growth = new("--growth") { Description = "Instead of all else: memory and reading speed at 10,000, 100,000 and 1,000,000 rows." };
Option<bool> memory = new("--memory") { Description = "Instead of all else: highest memory of a step, whole, in parts and recomputed. Linux only." };
Option<string?> memoryOf = new("--memory-of") { HelpName = "VARIANT", Description = "One line of --memory.", Hidden = true };
Option<bool> frozen = new("--frozen") { Description = "Instead of all else: speed with frozen lower layers, with their states kept and not." };
RootCommand command = new("Measures training and serving against their yardsticks, as ratios within this run.") { json, quick, growth, memory, memoryOf, frozen };
command.SetAction(parsed =>
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    LibTorch.EnsureLoaded();
    int rounds = parsed.GetValue(quick) ? 3 : 9;
    if (parsed.GetValue(growth))
    {
        Growth();
    }
    else if (parsed.GetValue(memory))
    {
        Memory();
    }
    else if (parsed.GetValue(memoryOf) is { } variant)
    {
        MemoryFigures figures = MemoryBenchmark.Measure(Encoders.Base(), variant);
        Console.WriteLine($"{figures.Encoder,-26} {figures.Variant,-25} {figures.Added,9:f0} {figures.Peak,10:f0} {figures.Seconds,8:f2}");
    }
    else if (parsed.GetValue(frozen))
    {
        Frozen(rounds);
    }
    else
    {
        Run(parsed.GetValue(json), rounds);
    }
});
return command.Parse(args).Invoke();

static void Growth()
{
    Texts texts = Texts.Load();
    Console.WriteLine($"{Environment.ProcessorCount} processors, {TorchSharp.torch.get_num_threads()} threads, sentences of {texts.Source}, {GrowthBenchmark.TokensPerRow(texts):f1} tokens a row, head-only training of roberta-mini.");
    Console.WriteLine("     rows   reading s   rows/s read   working set MiB   held MiB   bytes/row   allocated MiB   rows/s trained");
    foreach (int rows in (int[])[10_000, 100_000, 1_000_000])
    {
        GrowthFigures figures = GrowthBenchmark.Measure(texts, rows);
        Console.WriteLine(
            $"{figures.Rows,9} {figures.ReadingSeconds,11:f1} {figures.RowsPerSecondRead,13:f0} {figures.WorkingSet,17:f0} {figures.Managed,10:f0} {figures.BytesPerRow,11:f0} {figures.Allocated,15:f0} {figures.RowsPerSecondTrained,16:f0}");
    }
}

static void Memory()
{
    Console.WriteLine("batch 16 x 128, AdaMix     variant                   added MiB   peak MiB   s/step");
    foreach (string variant in MemoryBenchmark.Variants)
    {
        using Process child = Process.Start(Environment.ProcessPath!, ["--memory-of", variant]);
        child.WaitForExit();
    }
}

static void Frozen(int rounds)
{
    Texts texts = Texts.Load();
    Console.WriteLine($"{Environment.ProcessorCount} processors, {TorchSharp.torch.get_num_threads()} threads, texts of {texts.Source}.");
    Console.WriteLine("frozen lower half       method     precision   epochs   dropout there rows/s   once a step rows/s   kept rows/s   ratio");
    foreach (FrozenFigures figures in FrozenBenchmark.Measure(Encoders.Mini(), texts, 160, rounds))
    {
        Console.WriteLine(
            $"{figures.Encoder,-23} {figures.Method,-10} {figures.Precision,-10} {figures.Epochs,7} {figures.WithDropout,22:f1} {figures.OncePerStep,20:f1} {figures.Kept,13:f1} {figures.Kept / figures.WithDropout,7:f2}");
    }
}

static void Run(string? json, int rounds)
{
    Texts texts = Texts.Load();
    LoadedEncoder mini = Encoders.Mini();
    LoadedEncoder large = Encoders.Base();
    Console.WriteLine($"{Environment.ProcessorCount} processors, {TorchSharp.torch.get_num_threads()} threads, texts of {texts.Source}.");
    Console.WriteLine();
    Console.WriteLine("training, batch 16     precision    tokens/row   rows/s   reference rows/s   ratio   GEMM GFLOP/s   share of GEMM peak");
    TrainingFigures[] training = [TrainingBenchmark.Measure(mini, texts, 320, rounds), TrainingBenchmark.Measure(large, texts, 64, Math.Min(rounds, 5))];
    foreach (TrainingFigures figures in training)
    {
        Console.WriteLine(
            $"{figures.Encoder,-22} {figures.Precision,-12} {figures.TokensPerRow,10:f1} {figures.RowsPerSecond,8:f1} {figures.ReferenceRowsPerSecond,18:f2} {figures.Ratio,7:f1} {figures.GemmPeak,14:f0} {figures.GemmShare,19:p0}");
    }

    Console.WriteLine();
    Console.WriteLine("one row                tokens        ms   plain graph, defaults ms   ratio   adapters cost");
    LatencyFigures[] latency = [.. ServingBenchmark.OneRow(mini, rounds * 10), .. ServingBenchmark.OneRow(large, rounds * 3)];
    foreach (LatencyFigures figures in latency)
    {
        Console.WriteLine($"{figures.Encoder,-22} {figures.Tokens,6} {figures.Milliseconds,9:f2} {figures.YardstickMilliseconds,26:f2} {figures.Ratio,7:f2} {figures.AdapterOverhead - 1,15:p0}");
    }

    TransformFigures transform = TransformBenchmark.Measure(texts, 1000, Math.Min(rounds, 5));
    Console.WriteLine();
    Console.WriteLine($"{transform.Rows} rows: Transform {transform.TransformRowsPerSecond:f0} rows/s, one after the other {transform.EngineRowsPerSecond:f0} rows/s, ratio {transform.Ratio:f2}");
    if (json is not null)
    {
        File.WriteAllText(json, JsonSerializer.Serialize(
            new
            {
                trainingVsReference = training[1].Ratio,
                gemmShare = training[1].GemmShare,
                adapterOverhead = latency[^2].AdapterOverhead - 1,
                transformVsRowByRow = transform.Ratio,
                training,
                latency,
                transform,
            },
            JsonSerializerOptions.Web));
    }
}
