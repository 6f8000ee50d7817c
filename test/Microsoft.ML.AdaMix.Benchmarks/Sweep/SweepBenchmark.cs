using System.Diagnostics;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks.Sweep;

/// <summary>
/// What a trial of a sweep takes before its first step, with the encoder kept in memory: the first trial reads and tokenises, those after
/// it do not.
/// </summary>
internal static class SweepBenchmark
{
    private const int Trials = 6;

    /// <param name="encoder">The encoder; it is written to a folder and read from there.</param>
    /// <param name="texts">Training texts.</param>
    public static SweepFigures Measure(LoadedEncoder encoder, Texts texts)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-sweep");
        try
        {
            EncoderFolder.Write(folder.FullName, encoder);
            SweepRow[] rows = [.. texts.Sentences.Select((text, index) => new SweepRow { Text = text, Label = index % 2 == 0 })];
            Trial(PretrainedEncoder.FromFolder(folder.FullName), rows[..64]); // compiles everything

            PretrainedEncoder held = PretrainedEncoder.FromFolder(folder.FullName);
            long start = Stopwatch.GetTimestamp();
            using IDisposable hold = held.KeepInMemory();
            double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds + Trial(held, rows);
            double[] later = [.. Enumerable.Range(1, Trials - 1).Select(_ => Trial(held, rows)).Order()];
            double unheld = Trial(PretrainedEncoder.FromFolder(folder.FullName), rows);
            return new SweepFigures(encoder.Name, rows.Length, unheld, first, later[later.Length / 2]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Milliseconds until the first step begins.</summary>
    private static double Trial(PretrainedEncoder encoder, SweepRow[] rows)
    {
        using CancellationTokenSource enough = new();
        MLContext ml = new(1);
        long start = Stopwatch.GetTimestamp();
        double milliseconds = 0;
        AdaMixOptions options = new()
        {
            Encoder = encoder,
            Epochs = 1,
            Seed = 1,
        };
        Each progress = new(report =>
        {
            milliseconds = milliseconds == 0 ? (Stopwatch.GetElapsedTime(start) - report.Elapsed).TotalMilliseconds : milliseconds;
            enough.Cancel();
        });
        try
        {
            ml.BinaryClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: enough.Token).Fit(
                ml.Data.LoadFromEnumerable(rows));
        }
        catch (OperationCanceledException)
        {
            // As planned.
        }

        return milliseconds;
    }

    private sealed class SweepRow
    {
        public string Text { get; set; } = string.Empty;

        public bool Label { get; set; }
    }
}

/// <param name="Encoder">What is trained.</param>
/// <param name="Rows">Of the training data.</param>
/// <param name="Unheld">Milliseconds of a trial that finds nothing in memory.</param>
/// <param name="First">The same of the first trial of a sweep.</param>
/// <param name="Later">Median of those after it.</param>
internal sealed record SweepFigures(string Encoder, int Rows, double Unheld, double First, double Later);
