using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Shows a training's progress: a line for each finished epoch, of many epochs for every second, third and so on, and meanwhile a live line
/// in a terminal, elsewhere a line now and then.
/// </summary>
/// <param name="output">Where it is shown.</param>
/// <param name="betweenLines">Elsewhere than in a terminal the least time between lines of a running epoch; null for 5 seconds.</param>
internal sealed class TrainingDisplay(Output output, TimeSpan? betweenLines = null)
{
    private const int MostLines = 50; // of finished epochs

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>The last report, or null where there was none.</summary>
    public TrainingProgress? Last { get; private set; }

    /// <summary>Runs a training and shows what it reports.</summary>
    public T Show<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        Stopwatch sinceLine = Stopwatch.StartNew();
        output.Live.Show("reading the encoder and the rows");
        try
        {
            return train(new ProgressListener(report =>
            {
                Last = report;

                // What matters most first: a narrow terminal shows the beginning.
                output.Live.Show($"{Bar.Of(report.Step, report.Steps)}  {Left(report)}  {Running(report)}");
                if (report.EpochEnded && HasLine(report))
                {
                    output.Say(Finished(report));
                    sinceLine.Restart();
                }
                else if (!output.Live.IsSeen && !IsLastOfEpoch(report) && sinceLine.Elapsed >= (betweenLines ?? BetweenLines))
                {
                    output.Say($"step {report.Step}/{report.Steps}  {Running(report)}  {Left(report)}");
                    sinceLine.Restart();
                }
            }));
        }
        finally
        {
            output.Live.Clear();
        }
    }

    private static bool HasLine(TrainingProgress report) =>
        report.TrainsPairs || report.Epoch % ((report.Epochs + MostLines - 1) / MostLines) == 0 || report.Epoch == report.Epochs;

    // The line of the finished epoch says the same and follows.
    private static bool IsLastOfEpoch(TrainingProgress report) =>
        !report.TrainsPairs && report.Step % Math.Max(1, report.Steps / report.Epochs) == 0;

    /// <summary>Where a training is, in a few words: its epoch, loss and speed.</summary>
    public static string Running(TrainingProgress report) => report.TrainsPairs
        ? $"{Round(report)}pairs  loss {report.Loss:F3}  {report.RowsPerSecond:F0} texts/s"
        : $"{Round(report)}epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:F3}{Consistency(report)}  "
            + $"{report.RowsPerSecond:F0} rows/s";

    private static string Finished(TrainingProgress report)
    {
        if (report.TrainsPairs)
        {
            return Running(report);
        }

        string validation = report.ValidationMetric is { } metric ? $"  validation {metric:F3}, loss {report.ValidationLoss:F3}" : "";
        string best = report.BestEpoch == report.Epoch ? report.Rounds > 0 ? " (best of the round)" : " (best)" : "";
        return $"{Round(report)}epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:F3}{Consistency(report)}{validation}{best}  "
            + $"{report.RowsPerSecond:F0} rows/s  {Left(report)}";
    }

    private static string Round(TrainingProgress report) => report.Rounds == 0 ? "" : $"round {report.Round}/{report.Rounds}  ";

    private static string Consistency(TrainingProgress report) =>
        report.ConsistencyLoss == 0 ? "" : $"  consistency {report.ConsistencyLoss:F4}";

    private static string Left(TrainingProgress report) => $"{Durations.Format(report.Remaining)} left";
}
