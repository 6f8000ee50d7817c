using Microsoft.ML.AdaMix.Mixture;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Methods.Prompt;

/// <summary>A network that makes a prompt out of trained embeddings.</summary>
internal interface IPromptNetwork
{
    /// <summary>What is trained of it.</summary>
    IEnumerable<ExpertTensor> Tensors { get; }

    /// <summary>[P, hidden] to [P, hidden].</summary>
    Tensor Apply(Tensor embeddings, IExpertSelection experts);
}
