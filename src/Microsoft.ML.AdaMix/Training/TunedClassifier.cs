using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>
/// The model in torch, for training and for routes that are drawn while predicting: frozen encoder, a method's tensors with their experts, head. Disposing it
/// frees encoder and head; the method's tensors outlive it.
/// </summary>
/// <param name="Encoder">The pretrained encoder.</param>
/// <param name="Tuning">The method's tensors.</param>
/// <param name="Head">The head.</param>
/// <param name="Mixture">How many experts there are, and how training takes them.</param>
internal sealed record TunedClassifier(FrozenEncoder Encoder, ITuningModule Tuning, ClassificationHead Head, MixtureOptions Mixture) : IDisposable
{
    /// <summary>What training moves: the method's tensors, then the head.</summary>
    public IEnumerable<TrainableParameter> Parameters => Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Concat(Head.Parameters);

    /// <summary>Logits [B, outputs].</summary>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Head.Forward(Encoder.Forward(batch, tuning, dropout), tuning, dropout?.Dropout);

    /// <summary>Logits [B, outputs] from what enters the first tuned layer, as <see cref="Below"/> gives it.</summary>
    public Tensor Forward(Tensor below, EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Head.Forward(Encoder.Above(below, Tuning.FrozenLayers!.Value, batch, tuning, dropout), tuning, dropout?.Dropout);

    /// <summary>What enters the first tuned layer, without dropout: the same in every pass and epoch. Only for methods that leave the embeddings alone.</summary>
    /// <returns>[B, T, hidden], or [B, 1, hidden] if no layer is tuned; without gradient.</returns>
    public Tensor Below(EncoderBatch batch) => Encoder.Below(batch, Tuning.Bind(MergedExperts.For(Mixture), null), Tuning.FrozenLayers!.Value);

    /// <summary>Logits [B, outputs] of the merged model, without dropout.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="below">What enters the first tuned layer, if it is known.</param>
    public Tensor Merged(EncoderBatch batch, Tensor? below = null)
    {
        ITuning tuning = Tuning.Bind(MergedExperts.For(Mixture), null);
        return below is null ? Forward(batch, tuning, null) : Forward(below, batch, tuning, null);
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Head.Dispose();
    }
}
