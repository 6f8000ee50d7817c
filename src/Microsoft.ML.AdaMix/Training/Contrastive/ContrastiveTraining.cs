using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>Trains a model on pairs, each once, so that texts of one class come to lie together.</summary>
/// <param name="model">What is trained, in place.</param>
/// <param name="settings">How.</param>
/// <param name="masks">Draws dropout.</param>
/// <param name="report">Hears of progress, as of one epoch.</param>
/// <param name="checkCanceled">Called before every step.</param>
internal sealed class ContrastiveTraining(
    IVectorModel model, ContrastiveSettings settings, RandomSource masks, Action<TrainingProgress> report, Action checkCanceled)
{
    /// <param name="rows">All texts.</param>
    /// <param name="pairs">Pairs of their sequences.</param>
    /// <param name="threads">They compute.</param>
    /// <returns>How long it took.</returns>
    public TimeSpan Run(TokenTable rows, SentencePair[] pairs, OperatorThreads threads)
    {
        int steps = Batching.Count(pairs.Length, settings.BatchSize);
        LinearSchedule schedule = new(
            settings.Optimizer.LearningRate, (int)Math.Ceiling(steps * settings.Optimizer.WarmupRatio), steps);
        using FlatParameters parameters = new(model.Parameters, model.States);
        using AdamW optimizer = new(parameters, settings.Optimizer.AdamW);
        PairGradients gradients = new(model, parameters, rows, settings.MicroBatchSize, masks, threads);
        ProgressMeter meter = new(epochs: 1, steps, parameters.Values.numel(), keepsBestEpoch: false, report);
        meter.BeginEpoch(1);
        foreach (SentencePair[] batch in pairs.Chunk(settings.BatchSize))
        {
            checkCanceled();
            if (meter.Step > 0 && meter.Elapsed >= settings.MaxTime)
            {
                break;
            }

            float loss = Step(batch, schedule.Rate(meter.Step));
            meter.Add(2 * batch.Length);
            meter.Add([(loss, 0)]);
            meter.ReportIfDue();
        }

        meter.EndEpoch(null, null);
        meter.ReportEpoch();
        return meter.Elapsed;

        float Step(SentencePair[] batch, double rate)
        {
            using StepGradients found = gradients.Compute(batch);
            return threads.Run(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                GradientClipping.Clip(found.Values, settings.Optimizer.MaxGradientNorm);
                optimizer.Step(found.Values, found.Found, rate);
                return found.Losses.ToArray()[0];
            });
        }
    }
}
