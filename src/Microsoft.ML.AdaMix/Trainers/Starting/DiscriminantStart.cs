using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers.Starting;

/// <summary>Starts a new head as the linear discriminant of the training rows.</summary>
/// <param name="task">What the model says of a text; no regression.</param>
/// <param name="seed">Draws rows where there are many.</param>
internal sealed class DiscriminantStart(TextTask task, int seed)
{
    private const int MostRows = 2048;
    private const int RowsOfClass = 8; // where there are so many classes that these are more

    /// <summary>The rows that the discriminant is made from: all, or at most so many, of each class alike.</summary>
    public TrainingRows Rows(TrainingRows rows, int outputs)
    {
        int most = Math.Max(MostRows, RowsOfClass * outputs);
        int[] order = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Weights is null || rows.Weights[row] > 0)];
        if (order.Length > most)
        {
            RandomSource.For(seed, "head").Shuffle(order.AsSpan());
            order = [.. order.GroupBy(row => task == TextTask.MultiLabel ? 0 : (int)rows.Targets[row])
                .SelectMany(own => own.Select((row, place) => (Row: row, Place: place)))
                .OrderBy(row => row.Place).Take(most).Select(row => row.Row).Order()];
        }

        return rows.Select(order);
    }

    /// <summary>Computes the features and gives the head its output layer.</summary>
    /// <param name="model">With a new classification head.</param>
    /// <param name="training">All rows.</param>
    /// <param name="evaluation">Of the model.</param>
    /// <param name="threads">One of them computes the discriminant.</param>
    /// <param name="log">Hears of it; where the rows tell nothing the head stays as it is.</param>
    public void Apply(TunedClassifier model, TrainingRows training, Evaluation evaluation, OperatorThreads threads, TrainingLog log)
    {
        int outputs = model.Head.Outputs;
        TrainingRows rows = Rows(training, outputs);
        log.ReadsForHead(rows.Count);
        float[] features = evaluation.Features(rows.Ids); // [rows, hidden]
        if (threads.Run(() => Find(features, rows, outputs)) is not { } found)
        {
            log.HeadIsRandom();
            return;
        }

        HeadWeights start = model.Head.ToHost() with { OutputWeight = found.Weight, OutputBias = found.Bias };
        model.Head.Take(start, [.. Enumerable.Range(0, outputs)]);
    }

    private LinearDiscriminant? Find(float[] read, TrainingRows rows, int outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor Column(float[] values, long width) => tensor(values).to(ScalarType.Float64).view(rows.Count, width);
        Tensor features = Column(read, read.Length / rows.Count);
        Tensor weights = rows.Weights is { } own ? Column(own, 1) : ones(rows.Count, 1, dtype: ScalarType.Float64);
        if (task == TextTask.MultiLabel)
        {
            return LinearDiscriminant.OfLabels(features, Column(rows.Targets, outputs), weights);
        }

        Tensor classes = tensor(rows.Targets).to(ScalarType.Int64);
        return LinearDiscriminant.OfClasses(features, nn.functional.one_hot(classes, outputs).to(ScalarType.Float64), weights);
    }
}
