using System.Numerics.Tensors;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Makes the scores of rows of those of their windows.</summary>
internal static class WindowScores
{
    /// <param name="scores">Of all windows, row by row; with embeddings where these are combined.</param>
    /// <param name="windows">Of each row its windows; a row of one keeps its scores.</param>
    /// <param name="how">What becomes of them.</param>
    /// <param name="session">Its head reads combined embeddings.</param>
    /// <returns>Of each row.</returns>
    public static RowScores[] Combine(
        IReadOnlyList<RowScores> scores, IReadOnlyList<TokenIds[]> windows, TextWindows how, IModelSession session)
    {
        RowScores[] rows = new RowScores[windows.Count];
        int next = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            RowScores[] own = [.. scores.Skip(next).Take(windows[row].Length)];
            rows[row] = own.Length == 1 ? own[0] : Combine(own, how, session);
            next += own.Length;
        }

        return rows;
    }

    private static RowScores Combine(RowScores[] windows, TextWindows how, IModelSession session)
    {
        float[] embedding = Combine([.. windows.Select(window => window.Embedding)], how.Combine);
        if (!how.CombinesEmbeddings)
        {
            return new RowScores(Combine([.. windows.Select(window => window.Logits)], how.Combine), embedding);
        }

        float[] logits = new float[session.Outputs];
        session.ScoreEmbeddings(embedding, logits);
        return new RowScores(logits, embedding);
    }

    private static float[] Combine(float[][] windows, WindowCombination how)
    {
        float[] combined = [.. windows[0]];
        bool isMax = how is WindowCombination.MaxLogits or WindowCombination.MaxEmbedding;
        foreach (float[] window in windows.AsSpan(1))
        {
            if (isMax)
            {
                TensorPrimitives.Max(combined, window, combined);
            }
            else
            {
                TensorPrimitives.Add(combined, window, combined);
            }
        }

        if (!isMax)
        {
            TensorPrimitives.Divide(combined, windows.Length, combined);
        }

        return combined;
    }
}
