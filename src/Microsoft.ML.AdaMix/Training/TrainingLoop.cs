using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// Trains a method's weights and the head: epochs of shuffled batches, one or two routed passes a step, evaluation of the merged model
/// after each epoch.
/// </summary>
internal sealed class TrainingLoop(
    TunedClassifier model, ITrainingTask task, TrainingSettings settings, OperatorThreads threads, Action<TrainingProgress> report,
    Action checkCanceled)
{
    // On a GPU a loss that is read waits for all work before it.
    private const int StepsBetweenReadingsOnGpu = 16;

    private readonly Evaluation _evaluation = new(model, settings.EvaluationBatchSize, threads, checkCanceled);
    private FrozenStates? _validationStates;

    /// <summary>Trains in place. With validation rows the model ends with the weights of its best epoch, if the settings say so.</summary>
    /// <returns>The closing report of the epoch whose weights the model has, and how many epochs were trained.</returns>
    public (TrainingProgress Kept, int Epochs) Run(TrainingRows rows, TrainingRows? validation)
    {
        int steps = settings.Epochs * Batching.Count(rows.Count, settings.BatchSize);
        LinearSchedule schedule = new(settings.Optimizer.LearningRate, (int)(steps * settings.Optimizer.WarmupRatio), steps);
        double consistencyWeight = task.LearnsFromConsistency ? model.Mixture.ConsistencyWeight : 0;
        LinearRampUp consistency = new(consistencyWeight, (int)(steps * model.Mixture.ConsistencyRampUp));
        RandomSource shuffling = RandomSource.For(settings.Seed, "shuffling");
        FrozenStates? below = OpenStates(rows);
        RandomDraws draws = RandomDraws.Create(model, settings);
        using FlatParameters parameters = new(model.Parameters, model.Encoder.States);
        using AdamW optimizer = new(parameters, settings.Optimizer.AdamW);
        using BestEpoch best = new(parameters, settings.KeepBestEpoch);
        using LossQueue losses = new(model.Encoder.Device.type == DeviceType.CPU ? 1 : StepsBetweenReadingsOnGpu);
        BatchGradients gradients = new(model, parameters, task, settings, draws, rows, below, threads);
        TrainingStep step = new(gradients, optimizer, settings.Optimizer.MaxGradientNorm, threads);
        ProgressMeter meter = new(settings.Epochs, steps, model.CountParameters(), settings.KeepBestEpoch, report);
        TrainingProgress? kept = null;
        int epochs = 0;
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            epochs = epoch;
            meter.BeginEpoch(epoch);
            foreach (int[] batch in Batching.Shuffle(rows.Ids, settings.BatchSize, shuffling))
            {
                checkCanceled();
                double rate = schedule.Rate(meter.Step);
                losses.Add(step.Run(batch, rate, consistency.Weight(meter.Step)), rate);
                meter.Add(batch.Length);
                if (losses.IsFull || meter.IsDue)
                {
                    meter.Add(losses.Read());
                    meter.ReportIfDue();
                }
            }

            meter.Add(losses.Read());
            if (validation is null)
            {
                kept = meter.EndEpoch(null, null);
                continue;
            }

            EvaluationResult evaluation = meter.Pause(() => Evaluate(validation, below));
            int epochsSinceBest = best.Offer(evaluation);
            TrainingProgress ended = meter.EndEpoch(evaluation, epoch - epochsSinceBest);
            kept = epochsSinceBest == 0 || !settings.KeepBestEpoch ? ended : kept;
            if (epochsSinceBest >= settings.Patience)
            {
                break;
            }
        }

        best.Restore();
        return (kept!, epochs);
    }

    private FrozenStates? OpenStates(TrainingRows rows) => settings.Dropout.SharesFrozenPart && model.Tuning.FrozenLayers is { } layers
        ? new FrozenStates(model, rows.Ids, layers == 0 ? 0 : settings.FrozenCacheBytes)
        : null;

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
