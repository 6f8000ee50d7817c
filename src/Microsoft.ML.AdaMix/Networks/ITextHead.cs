using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>What makes logits of the tokens that it reads. Disposing it frees its tensors.</summary>
internal interface ITextHead : IDisposable
{
    /// <summary>The weights that training moves, under Hugging Face's names.</summary>
    IEnumerable<TrainableParameter> Parameters { get; }

    int Outputs { get; }

    /// <summary>Logits [B, outputs].</summary>
    /// <param name="read">The encoder's output at the tokens that are read, [B, R hidden].</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout, or null for none.</param>
    Tensor Forward(Tensor read, ITuning tuning, Dropout? dropout);

    /// <summary>Takes what another head of the same kind learned.</summary>
    /// <param name="head">That one.</param>
    /// <param name="rows">For each output the output of the other head that it starts from; null for a new one.</param>
    void Take(HeadWeights head, IReadOnlyList<int?> rows);

    /// <summary>The head in host memory.</summary>
    HeadWeights ToHost();
}
