using System.Numerics.Tensors;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>What the model says of one row.</summary>
/// <param name="Logits">[outputs], finite.</param>
/// <param name="Embedding">[hidden], empty if not asked for.</param>
internal sealed record RowScores(float[] Logits, float[] Embedding)
{
    /// <summary>Index of the largest logit.</summary>
    public int Largest => TensorPrimitives.IndexOfMax<float>(Logits);

    /// <summary>Log-odds of the second of two outputs.</summary>
    public float LogOdds => Logits[1] - Logits[0];

    /// <summary>softmax(logits), summing to one.</summary>
    public float[] Softmax()
    {
        float[] probabilities = new float[Logits.Length];

        // The library's softmax does not subtract the maximum and overflows for logits beyond 88.
        TensorPrimitives.Subtract<float>(Logits, TensorPrimitives.Max<float>(Logits), probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        TensorPrimitives.Divide<float>(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
        return probabilities;
    }

    /// <summary>sigmoid(logits), each by itself.</summary>
    public float[] Sigmoid() => Array.ConvertAll(Logits, Sigmoid);

    public static float Sigmoid(float logit) => 1 / (1 + MathF.Exp(-logit));
}
