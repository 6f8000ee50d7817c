using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Accuracy and mean cross entropy of the merged model.</summary>
internal readonly record struct EvaluationResult(double Accuracy, double Loss)
{
    /// <summary>A higher accuracy is better; the loss decides between equals.</summary>
    public bool IsBetterThan(EvaluationResult other) => Accuracy > other.Accuracy || (Accuracy == other.Accuracy && Loss < other.Loss);
}

/// <summary>Scores rows with the merged model on the training side.</summary>
internal static class Evaluation
{
    public static EvaluationResult Evaluate(TunedClassifier model, TrainingRows rows, int batchSize, Action checkCanceled)
    {
        double correct = 0;
        double loss = 0;
        foreach ((int[] batch, float[] logits) in Logits(model, rows, batchSize, checkCanceled))
        {
            int classes = logits.Length / batch.Length;
            for (int i = 0; i < batch.Length; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan(i * classes, classes);
                int label = rows.Labels[batch[i]];
                correct += System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row) == label ? 1 : 0;
                float max = System.Numerics.Tensors.TensorPrimitives.Max(row);
                double sum = 0;
                foreach (float logit in row)
                {
                    sum += Math.Exp(logit - max);
                }

                loss += max + Math.Log(sum) - row[label];
            }
        }

        return new EvaluationResult(correct / rows.Count, loss / rows.Count);
    }

    /// <summary>Batches of row indices with their logits [B x classes], by length.</summary>
    public static IEnumerable<(int[] Rows, float[] Logits)> Logits(TunedClassifier model, TrainingRows rows, int batchSize, Action checkCanceled)
    {
        foreach (int[] batch in Batching.ByLength(rows.Ids, batchSize))
        {
            checkCanceled();
            yield return (batch, Score(model, rows, batch));
        }
    }

    private static float[] Score(TunedClassifier model, TrainingRows rows, int[] batch)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = EncoderBatch.Pad([.. batch.Select(row => rows.Ids[row])], model.Encoder.Config, model.Encoder.Device);
        return model.Merged(padded).ToArray();
    }
}
