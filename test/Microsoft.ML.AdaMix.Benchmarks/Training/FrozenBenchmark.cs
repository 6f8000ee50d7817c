using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>
/// Rows a second of trainings whose lower layers are frozen: with dropout there, computed once a step, and kept for all epochs.
/// </summary>
internal static class FrozenBenchmark
{
    private const int BatchSize = 16;
    private const int Epochs = 4;

    public static IEnumerable<FrozenFigures> Measure(LoadedEncoder encoder, Texts texts, int count, int rounds)
    {
        TokenIds[] ids = texts.Encode(encoder, count);
        TrainingRows rows = new(TokenTables.Create(ids), [.. Enumerable.Range(0, count).Select(row => (float)(row % 2))], null);
        ScalarType precision = MachinePrecision.Choose(TrainingPrecision.Auto, CPU);
        foreach (TuningMethod method in (TuningMethod[])[new AdapterTuning
        {
            Layers = (encoder.Config.Layers / 2)..^0,
        }, new HeadOnlyTuning()])
        {
            MixtureOptions mixture = method.SupportsMixture ? new MixtureOptions() : MixtureOptions.None;
            using Generator generator = new(1);
            using ITuningModule tuning = method.Create(new MethodContext(encoder, mixture.ExpertCount, mixture.Sharing, generator, CPU));
            using TunedClassifier model = new(
                new FrozenEncoder(encoder, CPU, precision), tuning, new ClassificationHead(encoder, 2, 0.1, generator, CPU), mixture);
            TrainingSettings settings = new(
                Epochs, BatchSize, Seed: 1, new OptimizerSettings(5e-4, 0, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)),
                new DropoutRates(0.1, 0.1));
            TrainingSettings shared = settings with { Dropout = settings.Dropout with { InFrozenPart = false } };
            Action Train(TrainingSettings variant) => () => TrainingBenchmark.Train(model, variant, rows);
            double[] seconds = Medians.Of(rounds, Train(settings), Train(shared), Train(shared with { FrozenCacheBytes = 1 << 30 }));
            double[] speeds = [.. seconds.Select(time => count * Epochs / time)];
            yield return new FrozenFigures(encoder.Name, $"{method}", $"{precision}", Epochs, speeds[0], speeds[1], speeds[2]);
        }
    }
}

/// <param name="Encoder">What was trained.</param>
/// <param name="Method">Adapters in the upper half, or the head alone.</param>
/// <param name="Precision">Type of the frozen matrices.</param>
/// <param name="Epochs">Epochs of a training; the first fills what is kept.</param>
/// <param name="WithDropout">Rows a second with dropout in the frozen layers.</param>
/// <param name="OncePerStep">Without, computed once for both passes.</param>
/// <param name="Kept">Without, kept for all epochs.</param>
internal sealed record FrozenFigures(
    string Encoder, string Method, string Precision, int Epochs, double WithDropout, double OncePerStep, double Kept);
