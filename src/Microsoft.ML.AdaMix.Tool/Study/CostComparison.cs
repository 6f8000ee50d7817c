namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// What a variant's trainings cost against those of the reference. Only trainings with the same seed, of one process on one machine and in
/// one precision, are compared.
/// </summary>
/// <param name="Pairs">How many were compared.</param>
/// <param name="ProcessorSeconds">Mean of those; NaN where it is not known.</param>
/// <param name="ProcessorRatio">To the reference, geometric mean; NaN where it is not known.</param>
/// <param name="Seconds">Mean of those; NaN where a machine was busy.</param>
/// <param name="TimeRatio">To the reference, geometric mean; NaN where a machine was busy.</param>
/// <param name="PeakMegabytes">Mean of those.</param>
internal sealed record CostComparison(
    int Pairs, double ProcessorSeconds, double ProcessorRatio, double Seconds, double TimeRatio, double PeakMegabytes)
{
    public static CostComparison From(VariantResult variant, VariantResult reference)
    {
        Dictionary<int, TrainingCost?> others = reference.Seeds.ToDictionary(seed => seed.Seed, seed => seed.Training);
        (TrainingCost Own, TrainingCost Other)[] pairs = [.. variant.Seeds
            .Select(seed => (Own: seed.Training, Other: others.GetValueOrDefault(seed.Seed)))
            .Where(pair => pair is { Own.Conditions: { } own, Other.Conditions: { } other } && own.IsLike(other))
            .Select(pair => (pair.Own!, pair.Other!))];
        bool timed = pairs.Length > 0 && pairs.All(pair => pair.Own.ProcessorSeconds > 0 && pair.Other.ProcessorSeconds > 0);
        bool quiet = pairs.Length > 0 && !pairs.Any(pair => pair.Own.Conditions!.IsBusy || pair.Other.Conditions!.IsBusy);
        return new CostComparison(
            pairs.Length,
            timed ? pairs.Average(pair => pair.Own.ProcessorSeconds!.Value) : double.NaN,
            timed ? Ratio(pairs, cost => cost.ProcessorSeconds!.Value) : double.NaN,
            quiet ? pairs.Average(pair => pair.Own.Seconds) : double.NaN,
            quiet ? Ratio(pairs, cost => cost.Seconds) : double.NaN,
            pairs.Length > 0 ? pairs.Average(pair => pair.Own.PeakMegabytes) : double.NaN);
    }

    private static double Ratio((TrainingCost Own, TrainingCost Other)[] pairs, Func<TrainingCost, double> value) =>
        Math.Exp(pairs.Average(pair => Math.Log(value(pair.Own) / value(pair.Other))));
}
