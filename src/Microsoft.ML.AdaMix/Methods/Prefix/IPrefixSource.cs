using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prefix;

/// <summary>Where the keys and values of the layers come from.</summary>
internal interface IPrefixSource
{
    /// <summary>What is trained.</summary>
    IEnumerable<ExpertTensor> Tensors { get; }

    /// <summary>
    /// A layer's keys and values, [P, hidden] each, computed anew with each call, so that layers share no gradient's way.
    /// </summary>
    (Tensor Keys, Tensor Values) Produce(int layer, IExpertSelection experts);
}
