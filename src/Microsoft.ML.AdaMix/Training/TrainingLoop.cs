using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Trains a method's weights and the head: epochs of shuffled batches, one or two routed passes a step, evaluation of the merged model after each epoch.</summary>
internal sealed class TrainingLoop(TunedClassifier model, ITrainingTask task, TrainingSettings settings, Action<TrainingProgress> report, Action checkCanceled)
{
    /// <summary>Trains in place. With validation rows the model ends with the weights of its best epoch, if the settings say so.</summary>
    public void Run(TrainingRows rows, TrainingRows? validation)
    {
        RandomSource shuffling = RandomSource.For(settings.Seed, "shuffling");
        MixtureOptions mixture = settings.Mixture;
        Router router = Router.For(mixture, model.Encoder.Config.Layers, RandomSource.For(settings.Seed, "routing"));
        using Dropout masks = new(RandomSource.For(settings.Seed, "dropout"), model.Encoder.Device);
        EncoderDropout dropout = new(masks, settings.HiddenDropout, settings.AttentionDropout);
        int steps = settings.Epochs * Batching.Count(rows.Count, settings.BatchSize);
        LinearSchedule schedule = new(settings.LearningRate, (int)(steps * settings.WarmupRatio), steps);
        LinearRampUp consistency = new(task.LearnsFromConsistency ? mixture.ConsistencyWeight : 0, (int)(steps * mixture.ConsistencyRampUp));
        using AdamW optimizer = new(model.Parameters, settings.Optimizer);
        using BestEpoch best = new(model.Parameters, settings.KeepBestEpoch);
        TrainingStep step = new(model, task, settings, rows, StatesBelow(rows), router, dropout, optimizer);
        FrozenStates? validationStates = null;
        ProgressMeter meter = new(settings.Epochs, steps, model.Parameters.Sum(parameter => parameter.Value.numel()), settings.KeepBestEpoch, report);
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            meter.BeginEpoch(epoch);
            foreach (int[] batch in Batching.Shuffled(rows.Ids, settings.BatchSize, shuffling))
            {
                checkCanceled();
                StepResult result = step.Run(batch, schedule.Rate(meter.Step), consistency.Weight(meter.Step));
                meter.Add(batch.Length, result.Loss, result.Consistency);
            }

            if (validation is null)
            {
                meter.EndEpoch(null, null);
                continue;
            }

            // Training rows come first: they are needed twice as often a row.
            validationStates ??= ValidationStates(validation, step.Below);
            EvaluationResult evaluation = meter.Pause(() => Evaluation.Evaluate(model, task, validation, settings.EvaluationBatchSize, checkCanceled, validationStates));
            int epochsSinceBest = best.Offer(evaluation);
            meter.EndEpoch(evaluation, epoch - epochsSinceBest);
            if (epochsSinceBest >= settings.Patience)
            {
                break;
            }
        }

        best.Restore();
    }

    private FrozenStates? StatesBelow(TrainingRows rows) => settings.SharesFrozenPart && model.Tuning.FrozenLayers is { } layers
        ? new FrozenStates(model, rows.Ids, layers == 0 ? 0 : settings.FrozenCacheBytes)
        : null;

    // Evaluation knows no dropout, so that its states never change; they take what training has left.
    private FrozenStates? ValidationStates(TrainingRows validation, FrozenStates? training) => model.Tuning.FrozenLayers > 0
        ? new FrozenStates(model, validation.Ids, training?.Free ?? settings.FrozenCacheBytes)
        : null;
}
