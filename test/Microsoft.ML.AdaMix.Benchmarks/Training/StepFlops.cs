using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>What a step multiplies and adds in the encoder's matrices.</summary>
/// <remarks>Attention's own products, the method's and the head's are not counted.</remarks>
internal static class StepFlops
{
    /// <summary>Operations for a token in all passes, forward and back; of the last layer the first token alone goes on.</summary>
    /// <param name="config">The encoder's.</param>
    /// <param name="passes">Passes of a step.</param>
    /// <param name="trainsMatrices">Whether the matrices have gradients too; otherwise nothing has one below the first adapter.</param>
    public static double OfToken(EncoderConfig config, int passes, bool trainsMatrices)
    {
        double hidden = config.HiddenSize;
        double layer = (4 * hidden * hidden) + (2 * hidden * config.IntermediateSize);
        double keysAndValues = 2 * hidden * hidden;
        double forward = ((config.Layers - 1) * layer) + keysAndValues;
        double backward = trainsMatrices ? 2 * forward : forward - layer;
        return passes * 2 * (forward + backward);
    }
}
