using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;

namespace Microsoft.ML.AdaMix.Methods;

/// <summary>A method's trained tensors on one encoder. Disposing it frees them.</summary>
internal interface ITuningModule : IDisposable
{
    /// <summary>What training moves, apart from the head.</summary>
    IReadOnlyList<ExpertTensor> Tensors { get; }

    /// <summary>
    /// How many layers, counted from below, compute the same whatever is trained, the embeddings before them included: the index of the
    /// first tuned layer, or the number of layers if none is tuned.
    /// </summary>
    /// <remarks>Null, the default, if the embeddings change too or the method does not say.</remarks>
    int? FrozenLayers => null;

    /// <summary>What the method changes in one forward pass.</summary>
    /// <param name="experts">Which experts compute.</param>
    /// <param name="dropout">Dropout while training, for methods that have their own; null for none.</param>
    ITuning Bind(IExpertSelection experts, Dropout? dropout);

    /// <summary>The changes with one choice of experts, in host memory, for prediction.</summary>
    EncoderEdits ToHost(WholeBatch experts);

    /// <summary>The way back from <see cref="ToHost"/>: what each trained tensor is in a merged model.</summary>
    /// <param name="model">A model that the same method made, as its options are.</param>
    /// <returns>
    /// By trained tensor; of those that the model has not, none. Null, the default, where a merged model does not say it: a network that is
    /// folded away when it is merged.
    /// </returns>
    IReadOnlyDictionary<ExpertTensor, HostTensor>? FromHost(TunedModel model) => null;
}
