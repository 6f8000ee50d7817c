using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>Scores rows with the merged model on the training side, batches of similar length side by side.</summary>
/// <param name="model">The model.</param>
/// <param name="batchSize">Rows of a batch.</param>
/// <param name="threads">They compute the batches.</param>
/// <param name="checkCanceled">Called before every batch, from several threads.</param>
internal sealed class Evaluation(TunedClassifier model, int batchSize, OperatorThreads threads, Action checkCanceled)
{
    public EvaluationResult Evaluate(ITrainingTask task, TrainingRows rows, FrozenStates? below = null) =>
        task.Evaluate(Score(rows.Ids, below), rows);

    /// <summary>[rows, outputs], row-major.</summary>
    public float[] Score(TokenTable rows, FrozenStates? below = null)
    {
        int outputs = model.Head.Outputs;
        float[] logits = new float[rows.Count * outputs];
        int[][] batches = [.. Batching.SortByLength(rows, batchSize)];
        threads.Run(batches.Length, index =>
        {
            checkCanceled();
            int[] batch = batches[index];
            float[] scores = ScoreBatch(rows, batch, below);
            for (int i = 0; i < batch.Length; i++)
            {
                scores.AsSpan(i * outputs, outputs).CopyTo(logits.AsSpan(batch[i] * outputs));
            }
        });
        return logits;
    }

    private float[] ScoreBatch(TokenTable rows, int[] batch, FrozenStates? below)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using EncoderBatch padded = model.Pad(rows, batch);
        return model.Merged(padded, below?.Get(batch, padded.Length)).ToArray();
    }
}
