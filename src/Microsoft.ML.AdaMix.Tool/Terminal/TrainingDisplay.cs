using System.Diagnostics;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Shows a training's progress: as a live bar in a terminal, otherwise as a line every few seconds.</summary>
internal sealed class TrainingDisplay(IAnsiConsole console)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>The last report, or null where there was none.</summary>
    public TrainingProgress? Last { get; private set; }

    /// <summary>Runs a training and shows what it reports.</summary>
    public T Show<T>(Func<IProgress<TrainingProgress>, T> train) =>
        console.Profile.Capabilities.Ansi ? ShowBar(train) : ShowLines(train);

    private T ShowBar<T>(Func<IProgress<TrainingProgress>, T> train) => console.Progress()
        .Columns(new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(bars =>
        {
            ProgressTask bar = bars.AddTask("reading the encoder and the rows");
            bar.IsIndeterminate = true;
            return train(new ProgressListener(report =>
            {
                Last = report;
                bar.IsIndeterminate = false;
                bar.MaxValue = report.Steps;
                bar.Value = report.Step;
                bar.Description = Describe(report);
            }));
        });

    private T ShowLines<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        Stopwatch sinceLine = Stopwatch.StartNew();
        return train(new ProgressListener(report =>
        {
            Last = report;
            if (report.EpochEnded || sinceLine.Elapsed >= BetweenLines)
            {
                console.WriteLine(Describe(report));
                sinceLine.Restart();
            }
        }));
    }

    private static string Describe(TrainingProgress report)
    {
        string validation = report.ValidationMetric is { } metric ? $"  validation {metric:F3}" : "";
        return $"epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:F3}  consistency {report.ConsistencyLoss:F4}{validation}  "
            + $"{report.RowsPerSecond:F0} rows/s  {Durations.Format(report.Remaining)} left";
    }
}
