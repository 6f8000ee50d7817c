using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>
/// The gradients of some pairs: parts of them compute side by side, each with both texts of its pairs as one batch, and are added in their
/// order.
/// </summary>
/// <param name="model">What is trained.</param>
/// <param name="parameters">Its weights.</param>
/// <param name="rows">All texts.</param>
/// <param name="microBatch">Most pairs that compute at once; null for all.</param>
/// <param name="masks">Draws dropout; null for none.</param>
/// <param name="threads">They compute the parts.</param>
internal sealed class PairGradients(
    IVectorModel model, FlatParameters parameters, TokenTable rows, int? microBatch, RandomSource? masks, OperatorThreads threads)
{
    /// <summary>Gradients and mean loss; the caller owns them.</summary>
    /// <param name="batch">Pairs of sequences.</param>
    public StepGradients Compute(SentencePair[] batch)
    {
        DropoutKey[] keys = [.. Enumerable.Range(0, 2 * batch.Length).Select(
            _ => masks is null ? default : DropoutKey.From(masks.NextUInt64()))];
        int tokens = rows.Longest(Texts(batch));
        IDrawnExperts experts = model.Draw(2 * batch.Length, tokens);
        StepParts cut = StepParts.Cut(batch.Length, tokens, model.Config.HiddenSize, passes: 2, microBatch, model.Device);
        SentencePair[][] parts = [.. batch.Chunk(cut.Rows)];
        using OrderedSum sum = new();
        threads.Run(
            parts.Length,
            part => sum.Add(part, ComputePart(
                parts[part], 2 * part * cut.Rows, experts, keys.AsSpan(2 * part * cut.Rows, 2 * parts[part].Length), 1.0 / batch.Length)),
            cut.AtOnce);
        return sum.Take();
    }

    private StepGradients ComputePart(
        SentencePair[] part, int start, IDrawnExperts experts, ReadOnlySpan<DropoutKey> keys, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] texts = Texts(part);
        using EncoderBatch padded = model.Pad(rows, texts);
        using Dropout? dropout = masks is null
            ? null
            : new Dropout(keys.ToArray(), model.Device, model.DropoutWords(padded));
        Tensor targets = tensor(Array.ConvertAll(part, pair => pair.AreAlike ? 1f : 0f)).ToDevice(model.Device);
        (Tensor loss, Tensor?[] gradients) = model.Differentiate(
            texts, padded, experts.Rows(start, texts.Length, padded.Length, model.Device), dropout, parameters.Leaves(), Loss);
        return new StepGradients(
            parameters.Join(gradients).DetachFromDisposeScope(),
            Array.ConvertAll(gradients, gradient => gradient is not null),
            stack([loss, zeros_like(loss)]).DetachFromDisposeScope());

        Tensor Loss(Tensor vectors)
        {
            Tensor[] sides = vectors.chunk(2, 0); // [pairs, hidden] each
            return PairLoss.Of(sides[0], sides[1], targets).sum().Times(share);
        }
    }

    // The first of all pairs, then the second.
    private static int[] Texts(SentencePair[] pairs) => [.. pairs.Select(pair => pair.First), .. pairs.Select(pair => pair.Second)];
}
