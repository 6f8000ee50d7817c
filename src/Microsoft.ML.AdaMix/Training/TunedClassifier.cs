using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Methods.Bottleneck;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>A classifier while it is trained: frozen encoder, adapters with experts, head. Disposing it frees all three.</summary>
internal sealed record TunedClassifier(FrozenEncoder Encoder, BottleneckMixture Mixture, ClassificationHead Head) : IDisposable
{
    /// <summary>What training moves: adapters, then the head.</summary>
    public IEnumerable<TrainableParameter> Parameters => Mixture.Parameters.Concat(Head.Parameters);

    /// <summary>Logits [B, outputs].</summary>
    public Tensor Forward(EncoderBatch batch, ITuning tuning, EncoderDropout? dropout) =>
        Head.Forward(Encoder.Forward(batch, tuning, dropout), dropout?.Dropout);

    public void Dispose()
    {
        Encoder.Dispose();
        Mixture.Dispose();
        Head.Dispose();
    }
}
