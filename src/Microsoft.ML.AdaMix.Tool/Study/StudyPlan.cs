namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A trial to run, the ways of predicting to judge with its mixture, and whether the experts are kept in a file.</summary>
internal sealed record PlannedTrial(
    string Key, TrialConfiguration Configuration, IReadOnlyList<InferenceMode> Inferences, bool KeepsExperts);

/// <summary>
/// All trials of some tables, each once. Seed after seed, so that a study that is stopped early has all tables with fewer seeds.
/// </summary>
internal static class StudyPlan
{
    public static IReadOnlyList<PlannedTrial> Create(IEnumerable<StudyTable> tables, IReadOnlyList<StudySetting> settings, int seeds)
    {
        Variant[] variants = [.. tables.SelectMany(table => table.Variants)];
        return [.. Enumerable.Range(1, seeds)
            .SelectMany(seed => settings.SelectMany(setting => variants.Select(variant => (variant, Trial: variant.At(setting, seed)))))
            .GroupBy(planned => planned.Trial.Key, StringComparer.Ordinal)
            .Select(same => new PlannedTrial(
                same.Key, same.First().Trial, [.. same.SelectMany(planned => planned.variant.Inferences).Distinct()],
                same.Any(planned => planned.variant.KeepsExperts)))];
    }
}
