using System.Numerics.Tensors;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>The class that a model says of a row, from 0, and how sure it is.</summary>
internal readonly record struct Guess(int Row, int Label, float Probability)
{
    /// <param name="row">The row.</param>
    /// <param name="logits">[classes].</param>
    /// <param name="temperature">By which they are to be divided.</param>
    public static Guess Of(int row, ReadOnlySpan<float> logits, float temperature)
    {
        int label = TensorPrimitives.IndexOfMax(logits);
        float sum = 0; // of the probabilities over the likeliest one
        foreach (float logit in logits)
        {
            sum += MathF.Exp((logit - logits[label]) / temperature);
        }

        return new Guess(row, label, 1 / sum);
    }
}
