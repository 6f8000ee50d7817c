using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Finds out before the first trial what would stop a later one.</summary>
internal static class StudyCheck
{
    /// <summary>Rows of a table that are the same training on a setting, where epochs or consistency follow from its rows.</summary>
    public static IEnumerable<string> Twins(IReadOnlyList<StudyTable> tables, IReadOnlyList<StudySetting> settings) =>
        from table in tables
        from setting in settings
        from same in table.Variants.GroupBy(variant => (variant.At(setting, 0).Key, string.Join(' ', variant.Inferences)))
        where same.Count() > 1
        select $"{string.Join(" and ", same.Select(variant => $"'{variant.Name}'"))} are the same training on {setting.Title}; "
            + "it runs once.";

    /// <exception cref="ArgumentException">
    /// There are fewer training rows than asked for, none is left for self-training, or development rows are missing.
    /// </exception>
    public static void Check(IReadOnlyList<StudyData> data, IEnumerable<PlannedTrial> plan)
    {
        foreach (PlannedTrial trial in plan)
        {
            StudyData set = data.Single(candidate => candidate.Reference == trial.Configuration.Data);
            if (trial.Configuration.Rows is { } rows && rows > set.Training.Count)
            {
                throw new ArgumentException(
                    $"{Counts.Of(rows, "training row")} are asked for; '{set.Training.Source}' has {set.Training.Count}"
                    + $"{(set.Unlabelled.Count > 0 ? " with a label" : "")}. Ask for fewer.");
            }

            if (trial.Configuration.Options.SelfTrainingRounds > 0 && set.Unlabelled.Count == 0
                && (set.Splits is not null || set.Count(trial.Configuration.Rows) == set.Training.Count))
            {
                throw new ArgumentException(
                    $"'{trial.Name}' wants rows without a label, and all rows of '{set.Training.Source}' train with theirs; expected "
                    + (set.Splits is null
                        ? "fewer of them."
                        : $"--train-file {set.Reference.Name}=NAME, a file from which splits are drawn: the others are without a label."));
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
