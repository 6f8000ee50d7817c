using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Finds out before the first trial what would stop a later one.</summary>
internal static class StudyCheck
{
    /// <exception cref="ArgumentException">
    /// There are fewer training rows than asked for, or development rows are missing.
    /// </exception>
    public static void Check(IReadOnlyList<StudyData> data, IEnumerable<PlannedTrial> plan)
    {
        foreach (PlannedTrial trial in plan)
        {
            StudyData set = data.Single(candidate => candidate.Reference == trial.Configuration.Data);
            if (trial.Configuration.Rows is { } rows && rows > set.Training.Count)
            {
                throw new ArgumentException(
                    $"--rows asks for {Counts.Of(rows, "training row")}; '{set.Training.Source}' has {set.Training.Count}.");
            }

            if (trial.Configuration.BestEpoch && set.Development is null)
            {
                throw new ArgumentException(
                    $"The data set '{set.Reference.Name}' has no development rows, on which epochs are judged; expected a file dev.tsv, "
                    + "or another named with --dev-file.");
            }
        }
    }
}
