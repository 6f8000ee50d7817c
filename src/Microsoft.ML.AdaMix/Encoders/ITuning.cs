using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Encoders;

/// <summary>What a tuning method adds at the encoder's slots. The encoder knows nothing else of it.</summary>
internal interface ITuning
{
    /// <summary>After the second feed-forward matrix of a layer, before the residual and LayerNorm.</summary>
    /// <param name="layer">Layer index from 0.</param>
    /// <param name="output">[B, T, hidden].</param>
    /// <returns>[B, T, hidden].</returns>
    Tensor AfterFeedForward(int layer, Tensor output);
}

/// <summary>The plain encoder.</summary>
internal sealed class NoTuning : ITuning
{
    public static readonly NoTuning Instance = new();

    public Tensor AfterFeedForward(int layer, Tensor output) => output;
}
