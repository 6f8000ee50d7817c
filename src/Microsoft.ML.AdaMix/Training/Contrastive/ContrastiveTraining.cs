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
    /// <summary>Whether pairs were left when the longest time was over.</summary>
    public bool RanOutOfTime { get; private set; }

    /// <param name="rows">All texts.</param>
    /// <param name="pairs">Pairs of their sequences.</param>
    /// <param name="threads">They compute.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public TimeSpan Run(TokenTable rows, SentencePair[] pairs, OperatorThreads threads)
    {
        int steps = StepCount.OfEpoch(pairs.Length, settings.BatchSize);
        LinearSchedule schedule = new(
            settings.Optimizer.LearningRate, (int)Math.Ceiling(steps * settings.Optimizer.WarmupRatio), steps);
        using FlatParameters parameters = new(model.Parameters, model.States);
        using AdamW optimizer = new(parameters, settings.Optimizer.AdamW);
        PairGradients gradients = new(model, parameters, rows, settings.MicroBatchSize, masks, threads);
        ProgressMeter meter = new(epochs: 1, steps, parameters.Values.numel(), keepsBestEpoch: false, report);
        using LossQueue losses = LossQueue.For(model.Device, "loss of pairs");
        meter.BeginEpoch(1);
        foreach (SentencePair[] batch in pairs.Chunk(settings.BatchSize))
        {
            checkCanceled();
            if (meter.Step > 0 && meter.Elapsed >= settings.MaxTime)
            {
                RanOutOfTime = true;
                break;
            }

            double rate = schedule.Rate(meter.Step);
            losses.Add(Step(batch, rate), rate);
            meter.Add(2 * batch.Length);
            if (losses.IsFull || meter.IsDue)
            {
                meter.Add(losses.Read());
                meter.ReportIfDue();
            }
        }

        meter.Add(losses.Read());
        meter.EndEpoch(null, null);
        meter.ReportEpoch();
        return meter.Elapsed;

        Tensor Step(SentencePair[] batch, double rate)
        {
            using StepGradients found = gradients.Compute(batch);
            return threads.Run(() =>
            {
                using DisposeScope scope = NewDisposeScope();
                GradientClipping.Clip(found.Values, settings.Optimizer.MaxGradientNorm);
                optimizer.Step(found.Values, found.Found, rate);
                return found.Losses.clone().DetachFromDisposeScope();
            });
        }
    }
}
