using Microsoft.ML.AdaMix.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>The encoder's two dropout rates with the masks of some rows.</summary>
internal sealed record EncoderDropout(Dropout Dropout, double HiddenProbability, double AttentionProbability)
{
    /// <summary>On the outputs of embeddings, attention and feed-forward.</summary>
    public Tensor Hidden(Tensor x) => Dropout.Apply(x, HiddenProbability);

    /// <summary>On attention probabilities.</summary>
    public Tensor Attention(Tensor probabilities) => Dropout.Apply(probabilities, AttentionProbability);

    /// <summary>Words that a row of the given length takes in a layer, about.</summary>
    public static long WordsOfLayer(EncoderConfig config, long tokens) =>
        (tokens * config.HiddenSize) + (tokens * tokens * config.Heads / 2);

    /// <summary>Words that it takes in the whole encoder.</summary>
    public static long WordsOfPass(EncoderConfig config, long tokens) =>
        (config.Layers * WordsOfLayer(config, tokens)) + (tokens * config.HiddenSize / 2);
}
