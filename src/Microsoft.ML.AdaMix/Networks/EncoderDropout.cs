using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>The encoder's two dropout rates with the run's generator.</summary>
internal sealed record EncoderDropout(Dropout Dropout, double HiddenProbability, double AttentionProbability)
{
    /// <summary>On the outputs of embeddings, attention and feed-forward.</summary>
    public Tensor Hidden(Tensor x) => Dropout.Apply(x, HiddenProbability);

    /// <summary>On attention probabilities.</summary>
    public Tensor Attention(Tensor probabilities) => Dropout.Apply(probabilities, AttentionProbability);
}
