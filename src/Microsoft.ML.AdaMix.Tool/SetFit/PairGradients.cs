using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tool.SetFit;

/// <summary>
/// The gradients of some pairs: parts of them compute side by side, each with both texts of its pairs as one batch, and are added in their
/// order.
/// </summary>
/// <param name="encoder">What is trained.</param>
/// <param name="parameters">Its weights.</param>
/// <param name="rows">All texts.</param>
/// <param name="masks">Draws dropout; null for none.</param>
/// <param name="threads">They compute the parts.</param>
internal sealed class PairGradients(
    SentenceEncoder encoder, FlatParameters parameters, TokenTable rows, RandomSource? masks, OperatorThreads threads)
{
    /// <summary>Gradients and mean loss; the caller owns them.</summary>
    public StepGradients Compute(SentencePair[] batch)
    {
        DropoutKey[] keys = [.. Enumerable.Range(0, 2 * batch.Length).Select(
            _ => masks is null ? default : DropoutKey.From(masks.NextUInt64()))];
        int tokens = rows.Longest([.. batch.Select(pair => pair.First), .. batch.Select(pair => pair.Second)]);
        StepParts cut = StepParts.Cut(batch.Length, tokens, encoder.Config.HiddenSize, passes: 2, microBatch: null, encoder.Device);
        SentencePair[][] parts = [.. batch.Chunk(cut.Rows)];
        using OrderedSum sum = new();
        threads.Run(
            parts.Length,
            part => sum.Add(part, ComputePart(parts[part], keys.AsSpan(2 * part * cut.Rows, 2 * parts[part].Length), 1.0 / batch.Length)),
            cut.AtOnce);
        return sum.Take();
    }

    private StepGradients ComputePart(SentencePair[] part, ReadOnlySpan<DropoutKey> keys, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] texts = [.. part.Select(pair => pair.First), .. part.Select(pair => pair.Second)];
        using EncoderBatch padded = encoder.Pad(rows, texts);
        using Dropout? dropout = masks is null
            ? null
            : new Dropout(keys.ToArray(), encoder.Device, EncoderDropout.WordsOfPass(encoder.Config, padded.Length));
        Tensor[] sides = encoder.Embed(padded, dropout is null ? null : Rates(dropout)).chunk(2, 0); // [pairs, hidden] each
        Tensor targets = tensor(Array.ConvertAll(part, pair => pair.AreAlike ? 1f : 0f)).ToDevice(encoder.Device);
        Tensor[] leaves = parameters.Leaves();
        Tensor loss = PairLoss.Of(sides[0], sides[1], targets).sum().Times(share);
        Tensor?[] gradients = Gradients.Of(loss, leaves);
        Tensor mean = loss.detach();
        return new StepGradients(
            parameters.Join(gradients).DetachFromDisposeScope(),
            Array.ConvertAll(gradients, gradient => gradient is not null),
            stack([mean, zeros_like(mean)]).DetachFromDisposeScope());
    }

    private EncoderDropout Rates(Dropout dropout) => new(dropout, encoder.Config.HiddenDropout, encoder.Config.AttentionDropout);
}
