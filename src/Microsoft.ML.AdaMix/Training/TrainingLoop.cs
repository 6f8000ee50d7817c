using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Trains adapters and head: epochs of shuffled batches, two routed passes a step, evaluation of the merged model after each epoch.</summary>
internal sealed class TrainingLoop(TunedClassifier model, ITrainingTask task, TrainingSettings settings, Action<TrainingProgress> report, Action checkCanceled)
{
    /// <summary>Trains in place. With validation rows the model ends with the weights of its best epoch.</summary>
    public void Run(TrainingRows rows, TrainingRows? validation)
    {
        RandomSource shuffling = RandomSource.For(settings.Seed, "shuffling");
        MixtureOptions mixture = settings.Mixture;
        Router router = new(
            model.Encoder.Config.Layers, mixture.Experts, mixture.Sharing, mixture.Routing, mixture.FixedExpert, RandomSource.For(settings.Seed, "routing"));
        using Dropout masks = new(RandomSource.For(settings.Seed, "dropout"), model.Encoder.Device);
        EncoderDropout dropout = new(masks, settings.HiddenDropout, settings.AttentionDropout);
        int steps = settings.Epochs * Batching.Count(rows.Count, settings.BatchSize);
        LinearSchedule schedule = new(settings.LearningRate, (int)(steps * settings.WarmupRatio), steps);
        LinearRampUp consistency = new(mixture.Consistency, (int)(steps * mixture.ConsistencyRampUp));
        using AdamW optimizer = new(model.Parameters, settings.Optimizer);
        using BestEpoch best = new(model.Parameters);
        ProgressMeter meter = new(settings.Epochs, steps, model.Parameters.Sum(parameter => parameter.Value.numel()), report);
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            meter.BeginEpoch(epoch);
            foreach (int[] batch in Batching.Shuffled(rows.Ids, settings.BatchSize, shuffling))
            {
                checkCanceled();
                StepResult result = Step(rows, batch, router, dropout, optimizer, schedule.Rate(meter.Step), consistency.Weight(meter.Step));
                meter.Add(batch.Length, result.Loss, result.Consistency);
            }

            EvaluationResult? evaluation = validation is null ? null : meter.Pause(() => Evaluation.Evaluate(model, task, validation, settings.BatchSize * 4, checkCanceled));
            meter.EndEpoch(evaluation);
            if (evaluation is { } metrics && best.Offer(metrics) >= settings.Patience)
            {
                break;
            }
        }

        best.Restore();
    }

    private StepResult Step(
        TrainingRows rows, int[] batch, Router router, EncoderDropout dropout, AdamW optimizer, double learningRate, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = model.Encoder.Device;
        using EncoderBatch padded = EncoderBatch.Pad([.. batch.Select(row => rows.Ids[row])], model.Encoder.Config, device);
        Tensor targets = tensor([.. batch.SelectMany(row => rows.Target(row).ToArray())], batch.Length, rows.TargetWidth, device: device); // [B, width]
        Tensor Pass() => model.Forward(padded, model.Tuning.Bind(router.Draw(padded.Rows, padded.Length, device), dropout.Dropout), dropout); // [B, outputs]
        StepLosses losses = Objective.Of(task, Pass, targets, RowWeights(rows, batch, device), consistencyWeight);
        optimizer.ZeroGradients();
        losses.Total.backward();
        optimizer.ClipGradients(settings.MaxGradientNorm);
        optimizer.Step(learningRate);
        double loss = losses.Supervised.item<float>();
        return double.IsFinite(loss)
            ? new StepResult(loss, losses.Consistency?.item<float>() ?? 0)
            : throw new InvalidOperationException(
                $"The training loss became {loss} at learning rate {learningRate:g3}: training has diverged. Lower LearningRate, or raise WarmupRatio.");
    }

    // [B], summing to one; rows of weight zero alone leave nothing to learn, so all count equally little.
    private static Tensor? RowWeights(TrainingRows rows, int[] batch, Device device)
    {
        if (rows.Weights is null)
        {
            return null;
        }

        float[] weights = [.. batch.Select(row => rows.Weights[row])];
        float sum = weights.Sum();
        return tensor(sum > 0 ? Array.ConvertAll(weights, weight => weight / sum) : weights, device: device);
    }

    private readonly record struct StepResult(double Loss, double Consistency);
}
