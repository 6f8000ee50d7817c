using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Benchmarks;
using Microsoft.ML.AdaMix.Benchmarks.Loading;
using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Benchmarks.Training;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;

Option<string?> json = new("--json") { HelpName = "FILE", Description = "Also writes all figures to a file, as one JSON object." };
Option<bool> quick = new("--quick") { Description = "Fewer rounds: a first impression, not figures to quote." };
Option<bool> loadingOnly = new("--loading") { Description = "Only the size of model files and what loading them takes." };
RootCommand command = new("Measures training and serving against their yardsticks, as ratios within this run.") { json, quick, loadingOnly };
command.SetAction(parsed =>
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    if (parsed.GetValue(loadingOnly))
    {
        LoadingFigures[] loading = RunLoading(Encoders.Mini(), Encoders.Base(), parsed.GetValue(quick) ? 1 : 5);
        Write(parsed.GetValue(json), new { loading });
    }
    else
    {
        Run(parsed.GetValue(json), parsed.GetValue(quick) ? 3 : 9);
    }
});
Argument<string> loadingEncoder = new("encoder");
Argument<string[]> loadingFiles = new("files");
Command loadingProcess = new(LoadingProcess.Command) { loadingEncoder, loadingFiles };
loadingProcess.Hidden = true;
loadingProcess.SetAction(parsed => LoadingProcess.Run(parsed.GetValue(loadingEncoder) is "-" ? null : parsed.GetValue(loadingEncoder), parsed.GetRequiredValue(loadingFiles)));
command.Add(loadingProcess);
return command.Parse(args).Invoke();

static void Run(string? json, int rounds)
{
    LibTorch.EnsureLoaded();
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
    Console.WriteLine();
    LoadingFigures[] loading = RunLoading(mini, large, Math.Min(rounds, 5));
    Write(json, new
    {
        trainingVsReference = training[1].Ratio,
        gemmShare = training[1].GemmShare,
        adapterOverhead = latency[^2].AdapterOverhead - 1,
        transformVsRowByRow = transform.Ratio,
        taskFileMegabytes = loading[^1].Megabytes,
        training,
        latency,
        transform,
        loading,
    });
}

static LoadingFigures[] RunLoading(LoadedEncoder mini, LoadedEncoder large, int rounds)
{
    Console.WriteLine("loading, fresh process                  tasks    file MB    load ms   to first prediction ms   each further ms   process MB   before MB");
    LoadingFigures[] loading = [.. LoadingBenchmark.Measure(mini, isEmbedded: true, rounds), .. LoadingBenchmark.Measure(large, isEmbedded: false, rounds)];
    foreach (LoadingFigures figures in loading)
    {
        ProcessFigures process = figures.Process;
        Console.WriteLine(
            $"{figures.Encoder,-22} {figures.Form,-16} {figures.Tasks,5} {figures.Megabytes,10:f2} {process.LoadMilliseconds,10:f0} {process.FirstPredictionMilliseconds,24:f0} {process.LaterLoadMilliseconds + process.LaterPredictionMilliseconds,17:f0} {process.MegabytesAfter,12:f0} {process.MegabytesBefore,11:f0}");
    }

    return loading;
}

static void Write(string? json, object figures)
{
    if (json is not null)
    {
        File.WriteAllText(json, JsonSerializer.Serialize(figures, JsonSerializerOptions.Web));
    }
}
