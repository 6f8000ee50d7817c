using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.AdaMix.Benchmarks;
using Microsoft.ML.AdaMix.Benchmarks.Families;
using Microsoft.ML.AdaMix.Benchmarks.Growth;
using Microsoft.ML.AdaMix.Benchmarks.Loading;
using Microsoft.ML.AdaMix.Benchmarks.Pieces;
using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Benchmarks.Sweep;
using Microsoft.ML.AdaMix.Benchmarks.Tokenizing;
using Microsoft.ML.AdaMix.Benchmarks.Training;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;

Option<string?> json = new("--json") { HelpName = "FILE", Description = "Also writes all figures to a file, as one JSON object." };
Option<bool> quick = new("--quick") { Description = "Fewer rounds: a first impression, not figures to quote." };
Option<string[]> only = new("--only")
{
    HelpName = "PART",
    Description = $"Only these parts: {string.Join(", ", Parts.All)}. Default: all but {string.Join(", ", Parts.OnDemand)}.",
    AllowMultipleArgumentsPerToken = true,
};
only.AcceptOnlyFromAmong(Parts.All);
Option<bool> reference = new("--reference") { Description = "Only the yardstick of training: rows a second of the authors' formulation." };
Option<bool> pieces = new("--pieces") { Description = "Only small pieces, with BenchmarkDotNet." };
RootCommand command = new("Measures training and serving against their yardsticks, as ratios within this run.") {
    json, quick, only, reference, pieces };
command.SetAction(parsed =>
{
    int rounds = parsed.GetValue(quick) ? 3 : 9;
    if (parsed.GetValue(reference))
    {
        Reference(rounds);
    }
    else if (parsed.GetValue(pieces))
    {
        PieceRun.Run(parsed.GetValue(quick));
    }
    else
    {
        Run(parsed.GetValue(json), rounds, parsed.GetValue(only) is { Length: > 0 } parts
            ? parts
            : [.. Parts.All.Except(Parts.OnDemand, StringComparer.Ordinal)]);
    }
});
command.Add(LoadingProcess.CreateCommand());
command.Add(MemoryProcess.CreateCommand());
return command.Parse(args).Invoke();

static void Reference(int rounds)
{
    LibTorch.EnsureLoaded();
    Texts texts = Texts.Load();
    foreach (LoadedEncoder encoder in (LoadedEncoder[])[Encoders.Mini(), Encoders.Base()])
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{encoder.Name,-22} {ReferenceRun.RowsPerSecond(encoder, texts, Math.Min(rounds, 5)),8:f2} rows/s"));
    }
}

static void Run(string? json, int rounds, string[] parts)
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    LibTorch.EnsureLoaded();
    Texts texts = Texts.Load();
    LoadedEncoder mini = Encoders.Mini();
    LoadedEncoder large = Encoders.Base();
    Console.WriteLine($"{Environment.ProcessorCount} processors, {TorchSharp.torch.get_num_threads()} threads, texts of {texts.Source}.");
    TrainingFigures[] training = Wanted("training")
        ? Show.Training(
            [TrainingBenchmark.Measure(mini, texts, 320, rounds), TrainingBenchmark.Measure(large, texts, 64, Math.Min(rounds, 5))])
        : [];
    TokenizerFigures[] tokenizers = Wanted("tokenizers") ? Show.Tokenizers([.. TokenizerBenchmark.Measure(texts, rounds)]) : [];
    FrozenFigures[] frozen = Wanted("frozen") ? Show.Frozen([.. FrozenBenchmark.Measure(mini, texts, 160, rounds)]) : [];
    LatencyFigures[] latency = Wanted("latency")
        ? Show.Latency([.. ServingBenchmark.OneRow(mini, rounds * 10), .. ServingBenchmark.OneRow(large, rounds * 3)])
        : [];
    ThreadsFigures[] threads = Wanted("threads")
        ? Show.Threads([ThreadsBenchmark.Measure(mini, texts, rounds), ThreadsBenchmark.Measure(large, texts, Math.Min(rounds, 5))])
        : [];
    TransformFigures[] transform = Wanted("transform")
        ? Show.Transform([
            TransformBenchmark.Measure(mini, texts, rounds > 3 ? 1000 : 336, Math.Min(rounds, 5)),
            TransformBenchmark.Measure(large, texts, rounds > 3 ? 160 : 80, Math.Min(rounds, 5))])
        : [];
    AgreementFigures[] agreement = Wanted("agreement")
        ? Show.Agreement([
            .. DataSet.Load("trec6", "sst2", "emotion", "wordnet-topics").Select(
                data => AgreementBenchmark.Measure(data, epochs: rounds > 3 ? 5 : 2))])
        : [];
    LoadingFigures[] loading = Wanted("loading")
        ? Show.Loading([
            .. LoadingBenchmark.Measure(mini, isEmbedded: true, Math.Min(rounds, 5)),
            .. LoadingBenchmark.Measure(large, isEmbedded: false, Math.Min(rounds, 5))])
        : [];
    SweepFigures[] sweep = Wanted("sweep") ? Show.Sweep([SweepBenchmark.Measure(mini, texts), SweepBenchmark.Measure(large, texts)]) : [];
    MemoryFigures[] memory = Wanted("memory") ? Show.Memory([.. MemoryProcess.Measure()]) : [];
    GrowthFigures[] growth = Wanted("growth")
        ? Show.Growth([.. new[] { 10_000, 100_000, 1_000_000 }.Select(rows => GrowthBenchmark.Measure(texts, rows))])
        : [];
    FamilyFigures[] families = Wanted("families") ? Show.Families([.. FamilyBenchmark.Measure(texts, 32, Math.Min(rounds, 5))]) : [];
    if (json is not null)
    {
        LatencyFigures? oneRow = latency.FirstOrDefault(figures => figures.Encoder == large.Name && figures.Tokens == 32);
        File.WriteAllText(json, JsonSerializer.Serialize(
            new
            {
                trainingVsReference = training.LastOrDefault()?.Ratio,
                gemmShare = training.LastOrDefault()?.GemmShare,
                float32VsYardstickOneRow = oneRow?.Float32.Ratio,
                int8VsFloat32OneRow = oneRow?.Int8.Ratio,
                adapterOverhead = oneRow?.Float32.AdapterOverhead,
                int8Agreement = agreement.Length > 0 ? agreement.Sum(figures => figures.Agreement * figures.TestRows) / agreement.Sum(
                    figures => figures.TestRows) : (double?)null,
                transformVsPaddedBatches = transform.LastOrDefault()?.Float32.Ratio,
                int8TransformVsPaddedBatches = transform.LastOrDefault()?.Int8.Ratio,
                deltaFileMegabytes = loading.LastOrDefault()?.Megabytes,
                training,
                tokenizers,
                frozen,
                latency,
                threads,
                transform,
                agreement,
                loading,
                sweep,
                memory,
                growth,
                families,
            },
            JsonSerializerOptions.Web));
    }

    bool Wanted(string part) => parts.Contains(part, StringComparer.Ordinal);
}
