using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Runs what a plan has and the results file has not. One object an encoder serves all trials, so that it is read once.</summary>
internal sealed class StudyRunner(
    IReadOnlyList<StudyData> data, StudyEncoders encoders, ResultsFile results, string folder, Output output)
{
    /// <summary>A message of the library in the words of the study's command.</summary>
    public Func<string, string> Words { get; init; } = warning => warning;

    /// <summary>Trials that have a way of predicting without a result.</summary>
    public IReadOnlyList<PlannedTrial> Open(IReadOnlyList<PlannedTrial> plan) => [.. plan.Where(trial => Missing(trial).Count > 0)];

    /// <summary>Runs them; after a cancellation all results so far are in the file.</summary>
    public void Run(IReadOnlyList<PlannedTrial> plan, StudyDisplay display, CancellationToken cancellation)
    {
        IReadOnlyList<PlannedTrial> open = Open(plan);
        using IDisposable? hold = open.Count == 0 ? null : encoders.KeepInMemory(open); // between two trials no model uses it
        HashSet<string> said = new(StringComparer.Ordinal);
        void WarnOnce(string warning)
        {
            if (said.Add(warning)) // trials have much in common
            {
                output.Warn(Words(StudyWords.Translate(warning)));
            }
        }

        display.Show(open, plan.Count - open.Count, (trial, listener) =>
        {
            cancellation.ThrowIfCancellationRequested();
            TrialResult last = Run(trial, listener, WarnOnce, cancellation);
            FreeMemory.Return();
            return last;
        });
    }

    private IReadOnlyList<InferenceMode> Missing(PlannedTrial trial) =>
        [.. trial.Inferences.Where(inference => results.Find(trial.Key, inference) is null)];

    private TrialResult Run(
        PlannedTrial trial, IProgress<TrainingProgress> listener, Action<string> warnOnce, CancellationToken cancellation)
    {
        StudyData set = data.Single(candidate => candidate.Reference == trial.Configuration.Data);
        string checkpoints = Path.Combine(folder, StudyFolder.Checkpoints, trial.Key);
        TrialRun run = new(trial, set, encoders.Find(trial), MixtureFile(trial), checkpoints, output.Say, warnOnce);
        IReadOnlyList<InferenceMode> missing = Missing(trial);
        TrialResult? first = null;
        try
        {
            foreach (TrialResult result in run.Run(missing, results.FindAny(trial.Key), listener, cancellation))
            {
                results.Append(result);
                first ??= result;
            }
        }
        catch (InvalidOperationException error) when (!cancellation.IsCancellationRequested)
        {
            // Training diverged, or the drawn rows are all of one class: the same again next time, so it counts as a result.
            foreach (InferenceMode inference in Missing(trial))
            {
                TrialResult failure = TrialRun.Failure(trial, inference, error);
                failure = failure with { Error = Words(StudyWords.Translate(failure.Error!)) };
                results.Append(failure);
                first ??= failure;
            }
        }

        OwnFile.DeleteFolder(checkpoints); // its results are in the file
        OwnFile.DeleteIfEmpty(Path.GetDirectoryName(checkpoints)!);
        return first ?? throw new InvalidOperationException($"The trial {trial.Key} had nothing to do.");
    }

    private string? MixtureFile(PlannedTrial trial)
    {
        if (!trial.KeepsExperts)
        {
            return null;
        }

        string mixture = Path.Combine(folder, StudyFolder.Mixtures, $"{trial.Key}.safetensors");
        AtomicFile.CreateFolder(mixture);
        return mixture;
    }
}
