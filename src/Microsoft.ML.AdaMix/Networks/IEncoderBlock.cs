using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Networks;

/// <summary>One frozen transformer layer. Disposing it frees its weights.</summary>
internal interface IEncoderBlock : IDisposable
{
    /// <summary>
    /// All tokens, [B, T, hidden] to [B, T, hidden]; or of each row's first R tokens only, [B, R, hidden]. Of what is computed on the way
    /// only what the gradient needs stays in memory.
    /// </summary>
    /// <param name="x">All tokens.</param>
    /// <param name="places">What attention knows of the batch.</param>
    /// <param name="tuning">What a method changes.</param>
    /// <param name="dropout">Dropout, or null for none.</param>
    /// <param name="first">R; null for all.</param>
    Tensor Forward(Tensor x, AttentionPlaces places, ITuning tuning, EncoderDropout? dropout, int? first);
}
