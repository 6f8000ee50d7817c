using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AdaMix;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Quickstart;

/// <summary>Train, evaluate, compare, save, load, predict.</summary>
internal static class Walkthrough
{
    private const int RowsPredicted = 4;

    public static Report Run(Arguments arguments, IAnsiConsole console, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        string modelPath = Path.GetFullPath(arguments.Save);
        Directory.CreateDirectory(Path.GetDirectoryName(modelPath) ?? modelPath);

        MLContext ml = new(arguments.Seed);
        TrainingLog.ShowWarnings(ml, console);
        IDataView train = Data.Load(ml, arguments.Train, arguments);
        IDataView test = Data.Load(ml, arguments.Test, arguments);
        if (arguments.Rows is { } limit)
        {
            train = ml.Data.TakeRows(train, limit);
        }

        PretrainedEncoder encoder = arguments.Encoder is { } folder ? PretrainedEncoder.FromFolder(folder) : PretrainedEncoder.RobertaMini;
        long rows = Data.Count(train);
        console.WriteLine($"Training {encoder.Name} on {rows} rows of {Path.GetFileName(arguments.Train)}, {arguments.Epochs} epoch"
            + (arguments.Epochs == 1 ? "." : "s."));

        ConsoleProgress progress = new(console);
        Stopwatch trainClock = Stopwatch.StartNew();
        ITransformer model = progress.Show(listener => Classifier.Train(ml, train, arguments, encoder, listener, cancellation));
        trainClock.Stop();

        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        cancellation.ThrowIfCancellationRequested();
        MulticlassClassificationMetrics baseline = Baseline.TrainAndEvaluate(ml, train, test, arguments.Pair is not null);
        cancellation.ThrowIfCancellationRequested();

        ml.Model.SaveAtomically(model, train.Schema, modelPath); // a crash leaves the old file; ML.NET's Save truncates it first
        console.WriteLine($"Saved {modelPath} ({new FileInfo(modelPath).Length / 1e6:F1} MB); loading it in a new context.");
        console.Write(SavedModel.Predict(modelPath, Spread(ml, test)));

        Report report = new()
        {
            Accuracy = metrics.MicroAccuracy,
            MacroAccuracy = metrics.MacroAccuracy,
            LogLoss = metrics.LogLoss,
            BaselineAccuracy = baseline.MicroAccuracy,
            BaselineMacroAccuracy = baseline.MacroAccuracy,
            BaselineLogLoss = baseline.LogLoss,
            TrainRowsPerSecond = progress.Last?.RowsPerSecond ?? 0,
            TrainSeconds = trainClock.Elapsed.TotalSeconds,
            TrainedParameters = progress.Last?.TrainedParameters,
            Encoder = encoder.Name,
            Rows = rows,
            TestRows = Data.Count(test),
            Epochs = arguments.Epochs,
            Seed = arguments.Seed,
            Seconds = clock.Elapsed.TotalSeconds,
        };
        console.Write(report.ToTable());
        console.WriteLine(
            $"{report.TrainedParameters:N0} weights trained in {Report.Duration(trainClock.Elapsed)}, {report.TrainRowsPerSecond:F0} "
            + $"rows/s; {Report.Duration(clock.Elapsed)} in all.");
        return report;
    }

    /// <summary>A few test rows, at equal distances so that files sorted by class give several classes.</summary>
    private static IEnumerable<Row> Spread(MLContext ml, IDataView test)
    {
        long step = Math.Max(1, Data.Count(test) / RowsPredicted);
        return ml.Data.CreateEnumerable<Row>(test, reuseRowObject: false, ignoreMissingColumns: true)
            .Where((_, index) => index % step == 0)
            .Take(RowsPredicted);
    }
}
