using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>Rows a second of the library's training loop, against the reference formulation in the same run.</summary>
internal static class TrainingBenchmark
{
    private const int BatchSize = 16;
    private const int Classes = 2;
    private const int GemmTokens = 512;

    public static TrainingFigures Measure(LoadedEncoder encoder, Texts texts, int rowsPerRound, int rounds)
    {
        TokenIds[] ids = texts.Encode(encoder, rowsPerRound);
        TrainingRows rows = new(TokenTables.Create(ids), [.. Enumerable.Range(0, ids.Length).Select(row => (float)(row % Classes))], null);
        ScalarType precision = MachinePrecision.Choose(TrainingPrecision.Auto, CPU);
        using Generator generator = new(1);
        using ITuningModule tuning = new AdapterTuning().Create(new MethodContext(encoder, 4, ExpertSharing.Up, generator, CPU));
        using TunedClassifier model = new(new FrozenEncoder(encoder, CPU, precision), tuning,
            new ClassificationHead(encoder, Classes, 0.1, generator, CPU), new MixtureOptions());
        TrainingSettings settings = new(
            1, BatchSize, Seed: 1, new OptimizerSettings(5e-4, 0, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)), new DropoutRates(0.1, 0.1));
        using ReferenceStep reference = new(encoder);
        TokenIds[] referenceRows = ids[..BatchSize];
        long[] labels = [.. Enumerable.Range(0, BatchSize).Select(row => (long)(row % Classes))];
        double[] seconds = Medians.Of(
            rounds,
            () => Train(model, settings, rows),
            () => reference.Step(referenceRows, labels));
        double ours = rowsPerRound / seconds[0];
        double theirs = BatchSize / seconds[1];
        double peak = GemmPeak(encoder.Config, precision);
        double tokens = ids.Average(row => row.Length);
        return new TrainingFigures(encoder.Name, $"{precision}", tokens, ours, theirs, ours / theirs, peak,
            ours * tokens * StepFlops.OfToken(encoder.Config, passes: 2, trainsMatrices: false) / peak / 1e9);
    }

    /// <summary>A whole training as the trainer has it.</summary>
    public static void Train(TunedClassifier model, TrainingSettings settings, TrainingRows rows)
    {
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        new TrainingLoop(model, new ClassificationTask(Classes, 0), settings, threads, _ => { }, () => { }).Run(rows, null);
    }

    private static double GemmPeak(EncoderConfig config, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        Tensor x = ones([GemmTokens, config.HiddenSize], precision);
        Tensor weight = ones([config.IntermediateSize, config.HiddenSize], precision);
        double seconds = Medians.Of(20, () =>
        {
            for (int i = 0; i < 10; i++)
            {
                using Tensor product = nn.functional.linear(x, weight);
            }
        })[0] / 10;
        return 2.0 * GemmTokens * config.HiddenSize * config.IntermediateSize / seconds / 1e9;
    }
}

/// <param name="Encoder">What was trained.</param>
/// <param name="Precision">Type of the frozen matrices.</param>
/// <param name="TokensPerRow">Mean length.</param>
/// <param name="RowsPerSecond">Of the library.</param>
/// <param name="ReferenceRowsPerSecond">Of the reference formulation.</param>
/// <param name="Ratio">The first over the second.</param>
/// <param name="GemmPeak">GFLOP/s of the feed-forward's product alone.</param>
/// <param name="GemmShare">Share of that peak that the frozen matrices reach within a step; tokens without padding.</param>
internal sealed record TrainingFigures(
    string Encoder, string Precision, double TokensPerRow, double RowsPerSecond, double ReferenceRowsPerSecond, double Ratio,
    double GemmPeak, double GemmShare);
