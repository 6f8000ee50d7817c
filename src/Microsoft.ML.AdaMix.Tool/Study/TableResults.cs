namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>What one variant reached with one seed; the mean over its ways of predicting.</summary>
internal sealed record SeedResult(int Seed, double Accuracy, double MacroAccuracy, double LogLoss, IReadOnlyList<TrialResult> Results)
{
    public TrainingCost? Training => Results[0].Training;

    /// <summary>How many experts were trained; null where the result does not say.</summary>
    public int? Experts => Results[0].Experts;

    /// <summary>NaN, as what follows, where a way of predicting does not say.</summary>
    public double CalibrationError => Mean(result => result.CalibrationError);

    public double Temperature => Mean(result => result.Temperature);

    public double CalibratedLogLoss => Mean(result => result.CalibratedLogLoss);

    public double CalibratedError => Mean(result => result.CalibratedError);

    private double Mean(Func<TrialResult, double?> value) =>
        Results.Select(result => value(result) ?? double.NaN).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>What one variant reached on one setting, and the seeds that came to nothing.</summary>
internal sealed record VariantResult(Variant Variant, IReadOnlyList<SeedResult> Seeds, IReadOnlyList<TrialResult> Failures)
{
    public IReadOnlyDictionary<int, double> Accuracies { get; } = Seeds.ToDictionary(seed => seed.Seed, seed => seed.Accuracy);

    public Summary Accuracy { get; } = Summary.From([.. Seeds.Select(seed => seed.Accuracy)]);

    /// <summary>How many rows judged; 0 where nothing was.</summary>
    public int TestRows => Seeds.SelectMany(seed => seed.Results).Select(result => result.TestRows).DefaultIfEmpty(0).Max();

    public Summary Summarize(Func<SeedResult, double?> value) =>
        Summary.From([.. Seeds.Select(value).OfType<double>().Where(double.IsFinite)]);
}

/// <summary>What is known of a table on one setting.</summary>
internal sealed record TableResults(StudyTable Table, StudySetting Setting, IReadOnlyList<VariantResult> Variants)
{
    public VariantResult Reference => Variants[Table.Reference];

    /// <summary>Gathers results; seeds of which a way of predicting is missing are left out.</summary>
    public static TableResults Collect(StudyTable table, StudySetting setting, int seeds, ResultsFile results) =>
        new(table, setting, [.. table.Variants.Select(variant => Collect(variant, setting, seeds, results))]);

    private static VariantResult Collect(Variant variant, StudySetting setting, int seeds, ResultsFile results)
    {
        List<SeedResult> found = [];
        List<TrialResult> failures = [];
        foreach (int seed in Enumerable.Range(1, seeds))
        {
            string key = variant.At(setting, seed).Key;
            TrialResult[] lines = [.. variant.Inferences.Select(inference => results.Find(key, inference)).OfType<TrialResult>()];
            if (Array.Find(lines, line => line.Error is not null) is { } failed)
            {
                failures.Add(failed);
            }
            else if (lines.Length == variant.Inferences.Count)
            {
                found.Add(new SeedResult(
                    seed, lines.Average(line => line.Accuracy), lines.Average(line => line.MacroAccuracy),
                    lines.Average(line => line.LogLoss), lines));
            }
        }

        return new VariantResult(variant, found, failures);
    }
}
