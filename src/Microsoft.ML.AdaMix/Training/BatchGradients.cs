using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Routed passes over a batch, whole or in parts whose gradients add up to the whole one's.</summary>
/// <param name="model">What is trained.</param>
/// <param name="task">Says what the losses are.</param>
/// <param name="settings">Size of the parts, recomputation.</param>
/// <param name="draws">Experts and dropout masks.</param>
/// <param name="rows">All rows.</param>
/// <param name="below">What enters the first tuned layer, where it does not change; otherwise null.</param>
internal sealed class BatchGradients(
    TunedClassifier model, ITrainingTask task, TrainingSettings settings, RandomDraws draws, TrainingRows rows, FrozenStates? below)
{
    private readonly Device _device = model.Encoder.Device;

    /// <summary>Adds the gradients of a batch's losses to those that are there.</summary>
    /// <param name="batch">Which rows.</param>
    /// <param name="consistencyWeight">With 0 there is one pass, otherwise two.</param>
    /// <returns>The supervised loss and the consistency term, scalars.</returns>
    public (Tensor Supervised, Tensor? Consistency) Add(int[] batch, double consistencyWeight)
    {
        IExpertSelection[] passes = DrawExperts(batch, consistencyWeight == 0 ? 1 : 2);
        float[]? weights = RowWeights(batch);
        int size = settings.MicroBatchSize ?? batch.Length;
        if (size >= batch.Length)
        {
            return AddPart(batch, weights, passes, consistencyWeight);
        }

        // Each row's share in the batch's mean, so that the parts' losses add up to the batch's.
        weights ??= [.. Enumerable.Repeat(1f / batch.Length, batch.Length)];
        Tensor? supervised = null;
        Tensor? consistency = null;
        for (int start = 0; start < batch.Length; start += size)
        {
            int count = Math.Min(size, batch.Length - start);
            Range part = start..(start + count);
            (Tensor partSupervised, Tensor? partConsistency) =
                AddPart(batch[part], weights[part], Array.ConvertAll(passes, experts => experts.Rows(start, count)), consistencyWeight);
            supervised = supervised is null ? partSupervised : supervised.Plus(partSupervised);
            consistency = consistency is null ? partConsistency : consistency.Plus(partConsistency!);
        }

        return (supervised!, consistency);
    }

    private (Tensor Supervised, Tensor? Consistency) AddPart(
        int[] part, float[]? weights, IExpertSelection[] passes, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = model.Pad(rows.Ids, part);
        Tensor targets = tensor(rows.CopyTargets(part), part.Length, rows.TargetWidth, device: _device); // [B, width]
        Tensor? states = below?.Get(part, padded); // the same in both passes
        List<RecomputedPass> recomputed = [];
        int next = 0;
        Tensor Pass()
        {
            ITuning tuning = model.Tuning.Bind(passes[next++], draws.Dropout.Dropout);
            if (!settings.GradientCheckpointing)
            {
                return model.Forward(padded, tuning, draws.Dropout, states); // [B, outputs]
            }

            recomputed.Add(RecomputedPass.Forward(model, states?.alias(), padded, tuning, draws.Dropout));
            return recomputed[^1].Logits;
        }

        StepLosses losses = Objective.Compute(
            task, Pass, targets, weights is null ? null : tensor(weights, device: _device), consistencyWeight);
        losses.Total.backward();
        foreach (RecomputedPass pass in recomputed)
        {
            pass.Backward();
        }

        return (losses.Supervised.detach().MoveToOuterDisposeScope(), losses.Consistency?.detach().MoveToOuterDisposeScope());
    }

    // The experts of a pass are drawn for the whole batch, however it is cut.
    private IExpertSelection[] DrawExperts(int[] batch, int passes)
    {
        int length = rows.Ids.Longest(batch);
        IExpertSelection[] experts = new IExpertSelection[passes];
        for (int pass = 0; pass < passes; pass++)
        {
            experts[pass] = draws.Router.Draw(batch.Length, length, _device);
        }

        return experts;
    }

    // Of the batch's rows, summing to one; rows of weight zero alone leave nothing to learn, so all count equally little.
    private float[]? RowWeights(int[] batch)
    {
        if (rows.Weights is null)
        {
            return null;
        }

        float[] weights = Array.ConvertAll(batch, row => rows.Weights[row]);
        float sum = weights.Sum();
        return sum > 0 ? Array.ConvertAll(weights, weight => weight / sum) : weights;
    }
}
