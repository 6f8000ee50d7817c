using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What training changed, with one choice of experts, in host memory.</summary>
internal static class HostModel
{
    /// <summary>Edits and head. A BERT pooler that a method trained becomes part of the head, where prediction looks for it.</summary>
    public static (EncoderEdits Edits, HeadWeights Head) Of(ITuningModule tuning, HeadWeights head, WholeBatch experts)
    {
        EncoderEdits edits = tuning.ToHost(experts);
        Dictionary<string, HostTensor> replaced = new(edits.Replaced, StringComparer.Ordinal);
        replaced.Remove(EncoderTensors.PoolerWeight, out HostTensor? poolerWeight);
        replaced.Remove(EncoderTensors.PoolerBias, out HostTensor? poolerBias);
        return (
            edits with { Replaced = replaced },
            head with { DenseWeight = poolerWeight ?? head.DenseWeight, DenseBias = poolerBias ?? head.DenseBias });
    }
}
