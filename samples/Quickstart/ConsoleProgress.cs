using System.Diagnostics;
using Microsoft.ML.AdaMix;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows a training's progress: as a live bar in a terminal, otherwise as a line every few seconds.</summary>
internal sealed class ConsoleProgress(IAnsiConsole console)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>The last report, or null where there was none.</summary>
    public TrainingProgress? Last { get; private set; }

    /// <summary>Runs <paramref name="train"/> and shows what it reports.</summary>
    public T Show<T>(Func<IProgress<TrainingProgress>, T> train) =>
        console.Profile.Capabilities.Ansi ? ShowBar(train) : ShowLines(train);

    private T ShowBar<T>(Func<IProgress<TrainingProgress>, T> train) => console.Progress()
        .Columns(new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(bars =>
        {
            ProgressTask bar = bars.AddTask("reading the encoder and the rows");
            bar.IsIndeterminate = true;
            return train(new Listener(report =>
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
        return train(new Listener(report =>
        {
            Last = report;
            if (report.EpochEnded || sinceLine.Elapsed >= BetweenLines)
            {
                console.WriteLine(Describe(report));
                sinceLine.Restart();
            }
        }));
    }

    private static string Describe(TrainingProgress report) =>
        $"epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:F3}  consistency {report.ConsistencyLoss:F4}  " +
        $"{report.RowsPerSecond:F0} rows/s  {Report.Duration(report.Remaining)} left";

    /// <summary>Hears reports on the training thread, in order; <see cref="Progress{T}"/> would hand them to the thread pool.</summary>
    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }
}
