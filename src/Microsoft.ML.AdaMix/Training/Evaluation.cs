using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Scores rows with the merged model on the training side.</summary>
internal static class Evaluation
{
    public static EvaluationResult Evaluate(
        TunedClassifier model, ITrainingTask task, TrainingRows rows, int batchSize, Action checkCanceled, FrozenStates? below = null) =>
        task.Evaluate(Score(model, rows.Ids, batchSize, checkCanceled, below), rows);

    /// <summary>[rows, outputs], row-major.</summary>
    public static float[] Score(TunedClassifier model, TokenTable rows, int batchSize, Action checkCanceled, FrozenStates? below = null)
    {
        float[]? logits = null;
        foreach (int[] batch in Batching.SortByLength(rows, batchSize))
        {
            checkCanceled();
            float[] scores = ScoreBatch(model, rows, batch, below);
            int outputs = scores.Length / batch.Length;
            logits ??= new float[rows.Count * outputs];
            for (int i = 0; i < batch.Length; i++)
            {
                scores.AsSpan(i * outputs, outputs).CopyTo(logits.AsSpan(batch[i] * outputs));
            }
        }

        return logits ?? [];
    }

    private static float[] ScoreBatch(TunedClassifier model, TokenTable rows, int[] batch, FrozenStates? below)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = model.Pad(rows, batch);
        return model.Merged(padded, below?.Get(batch, padded)).ToArray();
    }
}
