using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>Trains an encoder on pairs, each once, so that texts of one class come to lie together.</summary>
/// <param name="encoder">What is trained, in place.</param>
/// <param name="settings">How.</param>
/// <param name="seed">Of pairs and dropout.</param>
/// <param name="report">Hears of progress.</param>
/// <param name="checkCanceled">Called before every step.</param>
internal sealed class ContrastiveTraining(
    SentenceEncoder encoder, SetFitSettings settings, int seed, Action<TrainingProgress> report, Action checkCanceled)
{
    // PyTorch's.
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    public void Run(TokenTable rows, IReadOnlyList<int> classes, OperatorThreads threads)
    {
        SentencePair[] pairs = SentencePairs.Draw(classes, settings, RandomSource.For(seed, "pairs"));
        int steps = Batching.Count(pairs.Length, settings.BatchSize);
        LinearSchedule schedule = new(settings.LearningRate, (int)Math.Ceiling(steps * settings.WarmupRatio), steps);
        using FlatParameters parameters = new(encoder.Parameters, encoder.States);
        using AdamW optimizer = new(parameters, new AdamWSettings(Beta1, Beta2, Epsilon, settings.WeightDecay));
        PairGradients gradients = new(encoder, parameters, rows, RandomSource.For(seed, "dropout"), threads);
        ProgressMeter meter = new(epochs: 1, steps, parameters.Values.numel(), keepsBestEpoch: false, report);
        meter.BeginEpoch(1);
        foreach (SentencePair[] batch in pairs.Chunk(settings.BatchSize))
        {
            checkCanceled();
            double rate = schedule.Rate(meter.Step);
            float loss = Step(batch, rate);
            meter.Add(2 * batch.Length);
            meter.Add([(loss, 0)]);
            meter.ReportIfDue();
        }

        meter.EndEpoch(null, null);
        meter.ReportEpoch();

        float Step(SentencePair[] batch, double rate)
        {
            using StepGradients found = gradients.Compute(batch);
            return threads.Run(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                GradientClipping.Clip(found.Values, settings.MaxGradientNorm);
                optimizer.Step(found.Values, found.Found, rate);
                return found.Losses.ToArray()[0];
            });
        }
    }
}
