namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// A trial to run, what its table calls it, the ways of predicting to judge with its mixture, and whether the experts are kept in a file.
/// </summary>
internal sealed record PlannedTrial(
    string Key, string Name, TrialConfiguration Configuration, IReadOnlyList<InferenceMode> Inferences, bool KeepsExperts);

/// <summary>
/// All trials of some tables, each once. Seed after seed, so that a study that is stopped early has all tables with fewer seeds.
/// </summary>
internal static class StudyPlan
{
    public static IReadOnlyList<PlannedTrial> Create(IEnumerable<StudyTable> tables, IReadOnlyList<StudySetting> settings, int seeds)
    {
        StudyTable[] all = [.. tables];
        (StudyTable Table, Variant Variant)[] variants = [.. all.SelectMany(table => table.Variants.Select(variant => (table, variant)))];
        return [.. Enumerable.Range(1, seeds)
            .SelectMany(seed => settings.SelectMany(setting => variants.Select(
                variant => (variant.Table, variant.Variant, Trial: variant.Variant.At(setting, seed)))))
            .GroupBy(planned => planned.Trial.Key, StringComparer.Ordinal)
            .Select(same => new PlannedTrial(
                same.Key, Name(same.First().Table, same.First().Variant), same.First().Trial,
                [.. same.SelectMany(planned => planned.Variant.Inferences).Distinct()],
                same.Any(planned => planned.Variant.KeepsExperts)))];

        // Two tables may call different trials alike.
        string Name(StudyTable table, Variant variant) => all.Length > 1 ? $"{table.Name}: {variant.Name}" : variant.Name;
    }
}
