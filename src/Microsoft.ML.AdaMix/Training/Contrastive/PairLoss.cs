using Microsoft.ML.AdaMix.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>The squared difference of two texts' cosine to 1, or to 0 where their classes differ.</summary>
internal static class PairLoss
{
    /// <param name="first">[B, hidden], vectors of length one.</param>
    /// <param name="second">The others, likewise.</param>
    /// <param name="targets">float32 [B], 1 or 0.</param>
    /// <returns>[B].</returns>
    public static Tensor Of(Tensor first, Tensor second, Tensor targets)
    {
        Tensor difference = (first * second).sum([-1L]).Minus(targets); // [B]
        return difference * difference;
    }
}
