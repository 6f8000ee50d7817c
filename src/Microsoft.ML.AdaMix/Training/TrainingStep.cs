using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Mean supervised loss and consistency term of a batch.</summary>
internal readonly record struct StepResult(double Loss, double Consistency);

/// <summary>
/// One step of the optimiser: routed passes over a batch, whole or in parts whose gradients add up to the whole one's, then the update.
/// </summary>
/// <param name="model">What is trained.</param>
/// <param name="task">Says what the losses are.</param>
/// <param name="settings">Size of the parts, recomputation, largest gradient.</param>
/// <param name="rows">All rows.</param>
/// <param name="below">What enters the first tuned layer, where it does not change; otherwise null.</param>
/// <param name="router">Draws the experts.</param>
/// <param name="dropout">Dropout.</param>
/// <param name="optimizer">Moves the weights.</param>
internal sealed class TrainingStep(
    TunedClassifier model, ITrainingTask task, TrainingSettings settings, TrainingRows rows, FrozenStates? below, Router router, EncoderDropout dropout, AdamW optimizer)
{
    private readonly Device _device = model.Encoder.Device;

    public FrozenStates? Below => below;

    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public StepResult Run(int[] batch, double learningRate, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.ZeroGradients();
        (Tensor supervised, Tensor? disagreement) = Gradients(batch, consistencyWeight);
        optimizer.ClipGradients(settings.MaxGradientNorm);
        optimizer.Step(learningRate);
        double loss = supervised.item<float>();
        return double.IsFinite(loss)
            ? new StepResult(loss, disagreement?.item<float>() ?? 0)
            : throw new InvalidOperationException(
                $"The training loss became {loss} at learning rate {learningRate:g3}: training has diverged. Lower LearningRate, or raise WarmupRatio.");
    }

    /// <summary>Adds the gradients of a batch's losses to those that are there.</summary>
    /// <returns>The supervised loss and the consistency term, scalars.</returns>
    public (Tensor Supervised, Tensor? Disagreement) Gradients(int[] batch, double consistencyWeight)
    {
        // The experts of a pass are drawn for the whole batch, however it is cut.
        int length = batch.Max(rows.Ids.Length);
        IExpertSelection[] passes = [.. Enumerable.Range(0, consistencyWeight == 0 ? 1 : 2).Select(_ => router.Draw(batch.Length, length, _device))];
        float[]? weights = RowWeights(batch);
        int size = settings.MicroBatchSize ?? batch.Length;
        if (size >= batch.Length)
        {
            return PartGradients(batch, weights, passes, consistencyWeight);
        }

        // Each row's share in the batch's mean, so that the parts' losses add up to the batch's.
        weights ??= [.. Enumerable.Repeat(1f / batch.Length, batch.Length)];
        Tensor? supervised = null;
        Tensor? disagreement = null;
        for (int start = 0; start < batch.Length; start += size)
        {
            int count = Math.Min(size, batch.Length - start);
            (Tensor loss, Tensor? consistency) = PartGradients(
                batch[start..(start + count)], weights[start..(start + count)], Array.ConvertAll(passes, experts => experts.Rows(start, count)), consistencyWeight);
            supervised = supervised is null ? loss : supervised.Plus(loss);
            disagreement = disagreement is null ? consistency : disagreement.Plus(consistency!);
        }

        return (supervised!, disagreement);
    }

    private (Tensor Supervised, Tensor? Disagreement) PartGradients(int[] part, float[]? weights, IExpertSelection[] passes, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = EncoderBatch.Pad([.. part.Select(row => rows.Ids[row])], model.Encoder.Config, _device);
        Tensor targets = tensor(rows.TargetsOf(part), part.Length, rows.TargetWidth, device: _device); // [B, width]
        Tensor? states = below?.Of(part, padded); // the same in both passes
        List<RecomputedPass> recomputed = [];
        int next = 0;
        Tensor Pass()
        {
            ITuning tuning = model.Tuning.Bind(passes[next++], dropout.Dropout);
            if (!settings.GradientCheckpointing)
            {
                return states is null ? model.Forward(padded, tuning, dropout) : model.Forward(states, padded, tuning, dropout); // [B, outputs]
            }

            recomputed.Add(RecomputedPass.Forward(model, states?.alias(), padded, tuning, dropout));
            return recomputed[^1].Logits;
        }

        StepLosses losses = Objective.Compute(task, Pass, targets, weights is null ? null : tensor(weights, device: _device), consistencyWeight);
        losses.Total.backward();
        foreach (RecomputedPass pass in recomputed)
        {
            pass.Backward();
        }

        return (losses.Supervised.detach().MoveToOuterDisposeScope(), losses.Consistency?.detach().MoveToOuterDisposeScope());
    }

    // Of the batch's rows, summing to one; rows of weight zero alone leave nothing to learn, so all count equally little.
    private float[]? RowWeights(int[] batch)
    {
        if (rows.Weights is null)
        {
            return null;
        }

        float[] weights = [.. batch.Select(row => rows.Weights[row])];
        float sum = weights.Sum();
        return sum > 0 ? Array.ConvertAll(weights, weight => weight / sum) : weights;
    }
}
