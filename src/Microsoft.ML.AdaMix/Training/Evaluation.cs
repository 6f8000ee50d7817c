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
    public float[] Score(TokenTable rows, FrozenStates? below = null) =>
        Compute(rows, model.Head.Outputs, (batch, padded) =>
            model.Merged(padded, below?.Get(batch.Sequences, padded.Length), batch.Counts));

    /// <summary>What the output layer of a classification head reads, [rows, hidden], row-major.</summary>
    public float[] Features(TokenTable rows) =>
        Compute(rows, model.Encoder.Config.HiddenSize, (batch, padded) => model.Features(padded, batch.Counts));

    // compute: [B, width] of a batch, of which it gets the sequences' numbers, and these padded.
    private float[] Compute(TokenTable rows, int width, Func<RowWindows, EncoderBatch, Tensor> compute)
    {
        float[] results = new float[rows.Count * width];
        int[][] batches = [.. Batching.SortByLength(rows, batchSize)];
        threads.Run(batches.Length, index =>
        {
            checkCanceled();
            int[] batch = batches[index];
            float[] own = ComputeBatch(rows, batch, compute);
            for (int i = 0; i < batch.Length; i++)
            {
                own.AsSpan(i * width, width).CopyTo(results.AsSpan(batch[i] * width));
            }
        });
        return results;
    }

    private float[] ComputeBatch(TokenTable rows, int[] batch, Func<RowWindows, EncoderBatch, Tensor> compute)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        RowWindows windows = rows.Windows(batch);
        using EncoderBatch padded = model.Pad(rows, windows.Sequences);
        return compute(windows, padded).ToArray();
    }
}
