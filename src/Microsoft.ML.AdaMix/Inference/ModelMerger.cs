using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>Makes one model in host memory of trained experts: of their mean, of one of them, or of a route.</summary>
internal static class ModelMerger
{
    /// <summary>
    /// The model that serves. A BERT pooler that a method trained becomes part of the head, where prediction looks for it.
    /// </summary>
    /// <param name="plain">Encoder and trained head, without what the method changed.</param>
    /// <param name="tuning">The method's tensors.</param>
    /// <param name="experts">Which experts.</param>
    public static TunedModel Merge(TunedModel plain, ITuningModule tuning, WholeBatch experts)
    {
        EncoderEdits edits = tuning.ToHost(experts);
        Dictionary<string, HostTensor> replaced = edits.Select(edit => edit.Replaced).OfType<(string Name, HostTensor Tensor)>()
            .ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor, StringComparer.Ordinal);
        HeadWeights head = plain.Head.Norm is null ? WithPooler(plain.Head, replaced) : plain.Head;
        return ReplaceWhole(plain.Encoder, replaced) is { } encoder
            ? plain with { Encoder = encoder, Edits = [.. edits.Where(edit => edit.Replaced is null)], Head = head }
            : plain with { Edits = [.. edits.Where(edit => !IsPooler(edit))], Head = head };
    }

    // A masked-LM head reads no pooler, which then stays with the encoder.
    private static HeadWeights WithPooler(HeadWeights head, Dictionary<string, HostTensor> replaced)
    {
        replaced.Remove(EncoderTensors.PoolerWeight, out HostTensor? weight);
        replaced.Remove(EncoderTensors.PoolerBias, out HostTensor? bias);
        return head with { DenseWeight = weight ?? head.DenseWeight, DenseBias = bias ?? head.DenseBias };
    }

    private static bool IsPooler(EncoderEdit edit) =>
        edit.Replaced is (EncoderTensors.PoolerWeight or EncoderTensors.PoolerBias, _);

    // Where nothing of the encoder is left, the tuned one takes its place: the model is stored once, not beside what it replaces.
    private static LoadedEncoder? ReplaceWhole(LoadedEncoder encoder, Dictionary<string, HostTensor> replaced) =>
        EncoderTensors.Required(encoder.Config).All(tensor => replaced.ContainsKey(tensor.Name))
            ? encoder with { Name = encoder.Name + ", fine-tuned", Weights = replaced }
            : null;
}
