using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>Vectors drawn out to length one, so that their product is their cosine.</summary>
internal static class UnitVectors
{
    // Of a squared length: a vector of zeros stays one, with a finite gradient.
    private const double Least = 1e-24;

    /// <param name="vectors">float32 [texts, hidden].</param>
    public static Tensor Of(Tensor vectors) => vectors / (vectors * vectors).sum([-1L], keepdim: true).Plus(Least).sqrt();
}
