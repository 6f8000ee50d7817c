using System.Diagnostics;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Benchmarks.Growth;

/// <summary>
/// How memory and time grow with the rows of the training data: reading and tokenising all of them, then some steps of head-only training.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Steps = 100;
    private const double Mebi = 1 << 20;

    /// <summary>Mean of the first thousand rows.</summary>
    public static double TokensPerRow(Texts texts)
    {
        Texts generated = texts with { Sentences = [.. GrowthRow.Generate(texts, 1000).Select(row => row.Text)] };
        return generated.Encode(Encoders.Mini(), 1000).Average(row => row.Length);
    }

    /// <summary>Trains on so many rows until a hundred steps are done, and says what there was then.</summary>
    public static GrowthFigures Measure(Texts texts, int rows)
    {
        LoadedEncoder encoder = Encoders.Mini(); // not part of what grows
        using CancellationTokenSource enough = new();
        GrowthFigures? figures = null;
        long start = Stopwatch.GetTimestamp();
        long allocated = GC.GetTotalAllocatedBytes();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        AdaMixOptions options = new()
        {
            Method = new HeadOnlyTuning(),
            Epochs = 1,
            Seed = 1,
        };
        Each progress = new(report =>
        {
            if (report.Step >= Math.Min(Steps, report.Steps) && figures is null)
            {
                double reading = (Stopwatch.GetElapsedTime(start) - report.Elapsed).TotalSeconds;
                long workingSet = Environment.WorkingSet;
                long managed = GC.GetTotalMemory(forceFullCollection: true) - before;
                figures = new GrowthFigures(
                    rows, reading, rows / reading, workingSet / Mebi, managed / Mebi, (double)managed / rows,
                    (GC.GetTotalAllocatedBytes() - allocated) / Mebi, report.RowsPerSecond);
                enough.Cancel();
            }
        });
        MLContext ml = new(1);
        try
        {
            ml.MulticlassClassification.Trainers.AdaMix(options, progress: progress, cancellationToken: enough.Token).Fit(
                ml.Data.LoadFromEnumerable(GrowthRow.Generate(texts, rows)));
        }
        catch (OperationCanceledException)
        {
            // As planned.
        }

        GC.KeepAlive(encoder);
        return figures ?? throw new InvalidOperationException($"{rows} rows: training reported no step {Steps}.");
    }
}

/// <param name="Rows">Rows of the data.</param>
/// <param name="ReadingSeconds">Until the first step.</param>
/// <param name="RowsPerSecondRead">Generated, read and tokenised.</param>
/// <param name="WorkingSet">MiB of the process while it trains, encoder and libtorch included.</param>
/// <param name="Managed">MiB on the managed heap that training holds beyond what was there before, after a collection.</param>
/// <param name="BytesPerRow">The same for a row.</param>
/// <param name="Allocated">MiB allocated on the managed heap up to then, garbage included.</param>
/// <param name="RowsPerSecondTrained">Speed of the steps.</param>
internal sealed record GrowthFigures(
    int Rows, double ReadingSeconds, double RowsPerSecondRead, double WorkingSet, double Managed, double BytesPerRow, double Allocated,
    double RowsPerSecondTrained);
