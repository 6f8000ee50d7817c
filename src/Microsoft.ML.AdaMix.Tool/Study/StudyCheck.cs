using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Finds out before the first trial what would stop a later one.</summary>
internal static class StudyCheck
{
    /// <exception cref="ArgumentException">
    /// There are fewer training rows than asked for, development rows are missing, or epochs that follow from few rows are to be doubled.
    /// </exception>
    public static void Check(IReadOnlyList<StudyData> data, IEnumerable<StudyTable> tables, IReadOnlyCollection<PlannedTrial> plan)
    {
        StudyTable? doubling = tables.FirstOrDefault(table => table.DoublesEpochs);
        foreach (PlannedTrial trial in plan)
        {
            StudyData set = data.Single(candidate => candidate.Reference == trial.Configuration.Data);
            if (trial.Configuration.Rows is { } rows && rows > set.Training.Count)
            {
                throw new ArgumentException(
                    $"--rows asks for {Counts.Of(rows, "training row")}; '{set.Training.Source}' has {set.Training.Count}.");
            }

            int training = trial.Configuration.Rows ?? set.Training.Count;
            AdaMixOptions options = trial.Configuration.Options;
            if (doubling is not null && options.Epochs is null && options.EpochsFor(training) > AdaMixOptions.DefaultEpochs)
            {
                throw new ArgumentException(
                    $"Rows of {doubling.Name} train twice the epochs of others, {2 * AdaMixOptions.DefaultEpochs}, where "
                    + $"{Counts.Of(training, "row")} of '{set.Reference.Name}' would take {options.EpochsFor(training)} by themselves. "
                    + "Expected is --epochs for so few rows.");
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
