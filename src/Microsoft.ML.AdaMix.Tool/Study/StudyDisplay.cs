using Microsoft.ML.AdaMix.OptionDescriptions;
using System.Diagnostics;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Shows how far a study is: two live bars in a terminal, otherwise a line a trial and, in long trials, a line every half minute.
/// </summary>
internal sealed class StudyDisplay(IAnsiConsole console)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs trials one after another.</summary>
    /// <param name="trials">What is to be run.</param>
    /// <param name="done">How many trials were finished before.</param>
    /// <param name="run">Runs one.</param>
    public void Show(IReadOnlyList<PlannedTrial> trials, int done, Func<PlannedTrial, IProgress<TrainingProgress>, TrialResult> run)
    {
        console.WriteLine($"{trials.Count} trials to run, {done} done before.");
        if (trials.Count == 0)
        {
            return;
        }

        if (console.Profile.Capabilities.Ansi)
        {
            ShowBars(trials, run);
        }
        else
        {
            ShowLines(trials, run);
        }
    }

    private void ShowBars(IReadOnlyList<PlannedTrial> trials, Func<PlannedTrial, IProgress<TrainingProgress>, TrialResult> run) =>
        console.Progress()
        .Columns(new ProgressBarColumn { Width = 20 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(bars =>
        {
            Stopwatch clock = Stopwatch.StartNew();
            ProgressTask study = bars.AddTask("study", maxValue: trials.Count);
            ProgressTask training = bars.AddTask("trial");
            for (int i = 0; i < trials.Count; i++)
            {
                study.Description = $"trial {i + 1}/{trials.Count}  {Left(clock.Elapsed, i, trials.Count)}";
                training.Value = 0;
                training.Description = Markup.Escape(Describe(trials[i].Configuration));
                TrialResult result = run(trials[i], new ProgressListener(report =>
                {
                    training.MaxValue = report.Steps;
                    training.Value = report.Step;
                }));
                study.Increment(1);
                console.WriteLine(Outcome(result));
            }
        });

    private void ShowLines(IReadOnlyList<PlannedTrial> trials, Func<PlannedTrial, IProgress<TrainingProgress>, TrialResult> run)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Stopwatch sinceLine = Stopwatch.StartNew();
        for (int i = 0; i < trials.Count; i++)
        {
            string number = $"[{i + 1}/{trials.Count}]";
            TrialResult result = run(trials[i], new ProgressListener(report =>
            {
                if (sinceLine.Elapsed >= BetweenLines)
                {
                    console.WriteLine(
                        $"{number} epoch {report.Epoch}/{report.Epochs}  loss {report.Loss:F3}  {report.RowsPerSecond:F0} rows/s  "
                        + $"{Durations.Format(report.Remaining)} left of this trial");
                    sinceLine.Restart();
                }
            }));
            console.WriteLine($"{number} {Outcome(result)}  {Left(clock.Elapsed, i + 1, trials.Count)}");
            sinceLine.Restart();
        }
    }

    private static string Outcome(TrialResult result) =>
        $"{Describe(result.Configuration)}: {(result.Error is { } error ? $"failed: {error}" : $"accuracy {result.Accuracy * 100:F1} %, "
        + $"{result.Training?.Seconds:F0} s, {result.Training?.PeakMegabytes:F0} MB")}";

    private static string Describe(TrialConfiguration trial) =>
        $"{trial.Data.Name}{(trial.Rows is { } rows ? $" {rows} rows" : "")}, seed {trial.Seed}  "
        + $"{trial.Method.Name}{Describe(trial.Method)}, {Describe(trial.Mixture)}, {trial.Options.Epochs} epochs";

    private static string Describe(TuningMethod method) => MethodWidth.Get(method) is { } width ? $" {width}" : "";

    private static string Describe(MixtureOptions mixture) => mixture == MixtureOptions.None
        ? "plain"
        : $"{mixture.Experts} experts, share {OptionText.Write(mixture.Sharing)}, consistency {mixture.ConsistencyWeight:0.##}";

    private static string Left(TimeSpan elapsed, int done, int all) =>
        done == 0 ? "" : $"{Durations.Format(elapsed / done * (all - done))} left";
}
