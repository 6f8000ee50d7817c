using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// Trains a method's weights and the head: epochs of shuffled batches, one or two routed passes a step, evaluation of the merged model
/// after each epoch.
/// </summary>
internal sealed class TrainingLoop(
    TunedClassifier model, ITrainingTask task, TrainingSettings settings, OperatorThreads threads, Action<TrainingProgress> report,
    Action checkCanceled)
{
    private readonly Evaluation _evaluation = new(model, settings.EvaluationBatchSize, threads, checkCanceled);
    private FrozenStates? _validationStates;

    /// <summary>From where training goes on, and where it writes down how far it is; null for neither.</summary>
    public TrainingCheckpoints? Checkpoints { get; init; }

    /// <summary>Time that pairs took before, which counts as training's; null where there were none.</summary>
    public TimeSpan? OfPairs { get; init; }

    /// <summary>Whether training ended after its longest time.</summary>
    public bool RanOutOfTime { get; private set; }

    /// <summary>Trains in place. With validation rows the model ends with the weights of its best epoch, if the settings say so.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, and the settings do not say to return what there is.</exception>
    public TrainedEpochs Run(TrainingRows rows, TrainingRows? validation)
    {
        int steps = settings.Epochs * StepCount.OfEpoch(rows.Count, settings.BatchSize);
        LinearSchedule schedule = new(settings.Optimizer.LearningRate, (int)(steps * settings.Optimizer.WarmupRatio), steps);
        MixtureSchedule mixture = new(model.Mixture, task.LearnsFromConsistency, steps);
        FrozenStates? below = FrozenStates.Open(model, rows.Ids, settings);
        using TrainingState state = new(model, settings, rows.Ids, steps, OfPairs ?? TimeSpan.Zero, report);
        BatchGradients gradients = new(model, state.Parameters, task, settings, state.Draws, rows, below, threads);
        TrainingStep step = new(gradients, state.Optimizer, settings.Optimizer.MaxGradientNorm, threads);
        Resume(state, below, gradients, mixture);
        if (OfPairs is not null)
        {
            Checkpoints?.Write(state); // what pairs have taught is not lost
        }

        try
        {
            while (!state.IsFinished)
            {
                foreach (int[] batch in state.DrawBatches()[state.Batch..])
                {
                    checkCanceled();
                    if (state.Meter.Step > 0 && state.Meter.Elapsed >= settings.MaxTime)
                    {
                        Checkpoints?.Write(state);
                        RanOutOfTime = true;
                        return End(state);
                    }

                    double rate = schedule.Rate(state.Meter.Step);
                    state.Losses.Add(step.Run(batch, rate, mixture.At(state.Meter.Step)), rate);
                    state.EndBatch(batch.Length);
                    if (state.Losses.IsFull || state.Meter.IsDue)
                    {
                        state.ReadLosses();
                        state.Meter.ReportIfDue();
                    }

                    Checkpoints?.WriteIfDue(state);
                }

                state.ReadLosses();
                state.EndEpoch(validation is null ? null : state.Meter.Pause(() => Evaluate(validation, below)));
                state.IsFinished = state.Epoch > settings.Epochs || state.Best.EpochsSince >= settings.Patience;
                Checkpoints?.WriteAtEpochEnd(state);
                state.Meter.ReportEpoch();
            }
        }
        catch (OperationCanceledException) when (state.Meter.Step > 0)
        {
            Checkpoints?.Write(state);
            if (!settings.ReturnsWhenCanceled)
            {
                Checkpoints?.ThrowCanceled(steps);
                throw;
            }
        }

        return End(state);
    }

    private static TrainedEpochs End(TrainingState state)
    {
        state.ReadLosses();
        state.Best.Restore();
        state.Meter.ReportRest();
        return new TrainedEpochs(state.Meter.Describe(state.KeptEpoch), state.Epochs, state.IsFinished);
    }

    // States of frozen layers that the first epoch left behind are computed once more, in the same batches: the same bits.
    private void Resume(TrainingState state, FrozenStates? below, BatchGradients gradients, MixtureSchedule mixture)
    {
        if (Checkpoints?.Found is not { } found)
        {
            return;
        }

        if (below is { KeepsAny: true } && !found.Place.IsFinished)
        {
            int[][] first = state.DrawBatches();
            for (int step = 0; step < (found.Place.Epoch == 1 ? found.Place.Batch : first.Length); step++)
            {
                checkCanceled();
                gradients.Revisit(first[step], mixture.At(step));
            }
        }

        state.Restore(found);
    }

    // Evaluation knows no dropout, so that its states never change. Training rows come first, being needed twice as often a row; validation
    // takes what they left.
    private EvaluationResult Evaluate(TrainingRows validation, FrozenStates? training)
    {
        if (model.Tuning.FrozenLayers > 0)
        {
            _validationStates ??= new FrozenStates(model, validation.Ids, training?.Free ?? settings.FrozenCacheBytes);
        }

        return _evaluation.Evaluate(task, validation, _validationStates);
    }
}
