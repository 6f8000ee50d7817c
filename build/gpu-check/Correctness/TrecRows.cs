using Microsoft.ML.AdaMix.Benchmarks;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.AdaMix.GpuCheck.Correctness;

/// <summary>Kinds of questions: 1,000 rows to train on, and the test rows.</summary>
internal sealed class TrecRows(string folder)
{
    private readonly Row[] _training = Read(Path.Combine(folder, "train-1000.tsv"));
    private readonly Row[] _test = Read(Path.Combine(folder, "test.tsv"));

    /// <summary>Trains as an application does, on so many rows whose texts are so many times as long.</summary>
    public void Fit(AdaMixOptions options, int count, int repeat) => Train(
        options,
        [.. _training.Take(count).Select(
            row => new Row { Label = row.Label, Text = string.Join(' ', Enumerable.Repeat(row.Text, repeat)) })],
        null,
        null);

    /// <summary>Accuracy on test rows after the last epoch, computed by libtorch.</summary>
    public double Accuracy(AdaMixOptions options, int count)
    {
        double accuracy = double.NaN;
        Train(
            options with { KeepBestEpoch = false }, [.. _training.Take(count)], [.. _test.Take(count)],
            new Each(progress => accuracy = progress.ValidationMetric ?? accuracy));
        return accuracy;
    }

    /// <summary>Losses of the steps of a training on so many rows, those before it goes on among them.</summary>
    /// <param name="options">How it trains.</param>
    /// <param name="count">Rows with a label.</param>
    /// <param name="unlabelled">Rows without one beside them.</param>
    public float[] Losses(AdaMixOptions options, int count, int unlabelled = 0)
    {
        List<float> losses = [];
        IEnumerable<Row> others = _training.Skip(count).Take(unlabelled).Select(row => new Row { Text = row.Text });
        Train(options, [.. _training.Take(count), .. others], null, new Each(progress => losses.AddRange(progress.StepLosses)));
        return [.. losses];
    }

    private static void Train(AdaMixOptions options, Row[] training, Row[]? test, IProgress<TrainingProgress>? progress)
    {
        MLContext ml = new(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(training);
        IDataView? validation = test is null ? null : ml.Data.LoadFromEnumerable(test);
        ValueToKeyMappingTransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(view);
        AdaMixTrainer trainer = ml.MulticlassClassification.Trainers.AdaMix(options, progress: progress);
        using AdaMixTransformer model = trainer.Fit(keys.Transform(view), validation is null ? null : keys.Transform(validation));
    }

    private static Row[] Read(string path) => [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t')).Select(fields => new Row
    {
        Label = fields[0],
        Text = fields[1],
    })];

    private sealed class Row
    {
        public string Label { get; set; } = string.Empty;

        public string Text { get; set; } = string.Empty;
    }
}
