using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// The gradients of a batch: parts of its rows compute side by side, each with both passes as one batch, and are added in their order.
/// </summary>
/// <param name="model">What is trained.</param>
/// <param name="parameters">Its parameters.</param>
/// <param name="task">Says what the losses are.</param>
/// <param name="settings">Size of the parts, recomputation.</param>
/// <param name="draws">Experts and dropout masks.</param>
/// <param name="rows">All rows.</param>
/// <param name="below">What enters the first tuned layer, where it does not change; otherwise null.</param>
/// <param name="threads">They compute the parts.</param>
internal sealed class BatchGradients(
    TunedClassifier model, FlatParameters parameters, ITrainingTask task, TrainingSettings settings, RandomDraws draws, TrainingRows rows,
    FrozenStates? below, OperatorThreads threads)
{
    private readonly Device _device = model.Encoder.Device;

    /// <summary>Gradients and losses of a batch; the caller owns them.</summary>
    /// <param name="batch">Which rows.</param>
    /// <param name="step">What it does with the mixture.</param>
    public StepGradients Compute(int[] batch, MixtureStep step)
    {
        int passes = step.Passes;
        int[] sequences = rows.Ids.Windows(batch).Sequences;
        IDrawnExperts experts = step.IsMerged
            ? new DrawnMerge()
            : draws.Router.Draw(passes, sequences.Length, rows.Ids.Longest(sequences));
        DropoutKey[] keys = draws.Keys(passes * sequences.Length);
        float[] weights = RowWeights(batch);
        using OrderedSum sum = new();
        EachPart(
            batch,
            passes,
            (part, own, start) =>
            {
                RowWindows windows = rows.Ids.Windows(batch[own]);
                int size = windows.Sequences.Length;
                StepPart slice = new(
                    batch[own], windows, weights[own], experts, start,
                    [.. keys.AsSpan(start, size), .. passes == 1 ? [] : keys.AsSpan(sequences.Length + start, size)]);
                sum.Add(part, ComputePart(slice, passes, step.ConsistencyWeight));
            });
        return sum.Take();
    }

    /// <summary>Computes the states below the first tuned layer that <see cref="Compute"/> would leave behind, and nothing else.</summary>
    public void Revisit(int[] batch, MixtureStep step) => EachPart(
        batch,
        step.Passes,
        (_, own, _) =>
        {
            using IDisposable gradients = no_grad();
            int[] part = rows.Ids.Windows(batch[own]).Sequences;
            using Tensor? states = below?.Get(part, rows.Ids.Longest(part));
        });

    // Calls with a part's number, its rows' places in the batch, and how many sequences are before it. A row's windows stay together.
    private void EachPart(int[] batch, int passes, Action<int, Range, int> compute)
    {
        int[] sequences = rows.Ids.Windows(batch).Sequences;
        StepParts cut = StepParts.Cut(
            sequences.Length, rows.Ids.Longest(sequences), model.Encoder.Config.HiddenSize, passes, settings.MicroBatchSize, _device);
        Range[] parts = [.. rows.Ids.Parts(batch, cut.Rows)];
        int[] starts = Array.ConvertAll(parts, part => rows.Ids.Windows(batch[..part.Start]).Sequences.Length);
        threads.Run(parts.Length, part => compute(part, parts[part], starts[part]), cut.AtOnce);
    }

    private StepGradients ComputePart(StepPart part, int passes, double consistencyWeight)
    {
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = model.Pad(rows.Ids, part.Windows.Sequences, passes);
        using Dropout masks = new(part.Keys, _device, Words(padded));
        EncoderDropout dropout = new(masks, settings.Dropout.Hidden, settings.Dropout.Attention);
        Tensor targets = tensor(rows.CopyTargets(part.Rows), part.Rows.Length, rows.TargetWidth).ToDevice(_device); // [B, width]
        Tensor weights = tensor(part.Weights).ToDevice(_device); // [B]
        Tensor? states = below?.Get(part.Windows.Sequences, padded.Length, passes); // [passes x S, T, hidden]
        IExpertSelection experts = part.Experts.Rows(part.Start, part.Windows.Sequences.Length, padded.Length, _device);
        ITuning tuning = model.Tuning.Bind(experts, masks);
        Tensor[] leaves = parameters.Leaves();
        int[]? windows = part.Windows.CountsOf(passes);
        RecomputedPass? recomputed = settings.GradientCheckpointing
            ? RecomputedPass.Forward(
                model, states, padded, tuning, dropout, read => model.Classify(read, tuning, masks, windows))
            : null;
        Tensor logits = recomputed?.Output ?? model.Forward(padded, tuning, dropout, states, windows); // [passes x B, outputs]
        Tensor[] apart = logits.to_type(ScalarType.Float32).chunk(passes, 0); // [B, outputs] each
        StepLosses losses = Objective.Compute(
            task, apart[0], apart.ElementAtOrDefault(1), targets, weights, consistencyWeight, model.Mixture.Supervision);
        Tensor?[] gradients = recomputed is null
            ? Gradients.Of(losses.Total, leaves)
            : recomputed.Backward(Gradients.Of(losses.Total, [logits])[0]!, leaves);
        Tensor supervised = losses.Supervised.detach();
        Tensor consistency = losses.Consistency?.detach() ?? zeros_like(supervised);
        return new StepGradients(
            parameters.Join(gradients).DetachFromDisposeScope(),
            Array.ConvertAll(gradients, gradient => gradient is not null),
            stack([supervised, consistency]).DetachFromDisposeScope());
    }

    // Of dropout's: of a pass, or of a layer where layers are computed again one by one.
    private long Words(EncoderBatch batch) => settings.GradientCheckpointing
        ? EncoderDropout.WordsOfLayer(model.Encoder.Config, batch.Length)
        : EncoderDropout.WordsOfPass(model.Encoder.Config, batch.Length);

    // Of the batch's rows, summing to one; rows of weight zero alone leave nothing to learn, so all count equally little.
    private float[] RowWeights(int[] batch)
    {
        if (rows.Weights is null)
        {
            return [.. Enumerable.Repeat(1f / batch.Length, batch.Length)];
        }

        float[] weights = Array.ConvertAll(batch, row => rows.Weights[row]);
        float sum = weights.Sum();
        return sum > 0 ? Array.ConvertAll(weights, weight => weight / sum) : weights;
    }

    /// <param name="Rows">Which rows.</param>
    /// <param name="Windows">Their sequences.</param>
    /// <param name="Weights">Each row's share in the batch's losses.</param>
    /// <param name="Experts">Of the whole batch, in all passes.</param>
    /// <param name="Start">The first sequence's place in the batch.</param>
    /// <param name="Keys">Of the first pass's sequences, then the second's.</param>
    private sealed record StepPart(
        int[] Rows, RowWindows Windows, float[] Weights, IDrawnExperts Experts, int Start, DropoutKey[] Keys);
}
