using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>A model while it is trained: frozen encoder, a method's tensors with their experts, head. Disposing it frees encoder and head; the method's tensors outlive it.</summary>
internal sealed record TunedClassifier(FrozenEncoder Encoder, ITuningModule Tuning, ClassificationHead Head) : IDisposable
{
    /// <summary>What training moves: the method's tensors, then the head.</summary>
    public IEnumerable<TrainableParameter> Parameters => Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Concat(Head.Parameters);

    /// <summary>Logits [B, outputs].</summary>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Head.Forward(Encoder.Forward(batch, tuning, dropout), tuning, dropout?.Dropout);

    /// <summary>Logits [B, outputs] of the merged model, without dropout.</summary>
    public Tensor Merged(EncoderBatch batch) => Forward(batch, Tuning.Bind(new MergedExperts(), null), null);

    public void Dispose()
    {
        Encoder.Dispose();
        Head.Dispose();
    }
}
