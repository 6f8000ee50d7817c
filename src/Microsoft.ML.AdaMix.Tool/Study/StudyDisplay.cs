using System.Diagnostics;
using Microsoft.ML.AdaMix.Tool.Terminal;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Shows how far a study is: a line for each finished trial, and meanwhile a live line in a terminal, elsewhere a line every half minute.
/// </summary>
internal sealed class StudyDisplay(Output output)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs trials one after another.</summary>
    /// <param name="trials">What is to be run.</param>
    /// <param name="done">How many trials were finished before.</param>
    /// <param name="run">Runs one.</param>
    public void Show(IReadOnlyList<PlannedTrial> trials, int done, Func<PlannedTrial, IProgress<TrainingProgress>, TrialResult> run)
    {
        output.Say($"{Counts.Of(trials.Count, "trial")} to run, {done} done before.");
        Stopwatch clock = Stopwatch.StartNew();
        Stopwatch sinceLine = Stopwatch.StartNew();
        try
        {
            for (int i = 0; i < trials.Count; i++)
            {
                string number = $"[{i + 1}/{trials.Count}]";
                string running = $"{Left(clock.Elapsed, i, trials.Count)}{Describe(trials[i])}";
                output.Live.Show($"{number} {Bar.Of(0, 1)}  {running}");
                TrialResult result = run(trials[i], new ProgressListener(report =>
                {
                    output.Live.Show($"{number} {Bar.Of(report.Step, report.Steps)}  {running}");
                    if (!output.Live.IsSeen && sinceLine.Elapsed >= BetweenLines)
                    {
                        output.Say(
                            $"{number} {TrainingDisplay.Running(report)}  {Durations.Format(report.Remaining)} left of this trial");
                        sinceLine.Restart();
                    }
                }));
                output.Say($"{number} {Left(clock.Elapsed, i + 1, trials.Count)}{Outcome(trials[i], result)}");
                sinceLine.Restart();
            }
        }
        finally
        {
            output.Live.Clear();
        }
    }

    private static string Outcome(PlannedTrial trial, TrialResult result) =>
        $"{Describe(trial)}: {(result.Error is { } error ? $"failed: {error}" : $"accuracy {result.Accuracy * 100:F1} %, "
        + $"{result.Training?.Seconds:F0} s, {result.Training?.PeakMegabytes:F0} MB")}";

    private static string Describe(PlannedTrial trial) =>
        $"{new StudySetting(trial.Configuration.Data, trial.Configuration.Rows).Title}, seed {trial.Configuration.Seed}  {trial.Name}";

    private static string Left(TimeSpan elapsed, int done, int all) =>
        done == 0 || done == all ? "" : $"{Durations.Format(elapsed / done * (all - done))} left  ";
}
