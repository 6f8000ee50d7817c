namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>A number by which variants of a study are compared.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Value">Its value with a seed.</param>
/// <param name="IsRatio">
/// Whether variants are compared by their ratio and not by their difference, as numbers of 0 and more without an upper end are.
/// </param>
/// <param name="LowerIsBetter">Whether a small value is a good one.</param>
internal sealed record StudyMetric(string Name, Func<SeedResult, double> Value, bool IsRatio, bool LowerIsBetter)
{
    /// <summary>Share of test rows that are right; the one that is tested.</summary>
    public static StudyMetric Accuracy { get; } = new("accuracy", seed => seed.Accuracy, IsRatio: false, LowerIsBetter: false);

    /// <summary>Mean over the classes of such shares.</summary>
    public static StudyMetric MacroAccuracy { get; } = new("macroAccuracy", seed => seed.MacroAccuracy, IsRatio: false,
        LowerIsBetter: false);

    /// <summary>Mean cross entropy; what probabilities are worth.</summary>
    public static StudyMetric LogLoss { get; } = new("logLoss", seed => seed.LogLoss, IsRatio: true, LowerIsBetter: true);

    /// <summary>Mean cross entropy with a temperature fitted on the development rows: what is left where all are calibrated.</summary>
    public static StudyMetric CalibratedLogLoss { get; } = new("calibratedLogLoss", seed => seed.CalibratedLogLoss, IsRatio: true,
        LowerIsBetter: true);

    /// <summary>Expected calibration error as the model is.</summary>
    public static StudyMetric CalibrationError { get; } = new("calibrationError", seed => seed.CalibrationError, IsRatio: false,
        LowerIsBetter: true);

    public static IReadOnlyList<StudyMetric> All { get; } = [Accuracy, MacroAccuracy, LogLoss, CalibratedLogLoss, CalibrationError];

    /// <summary>The paired differences of a variant to another, by seed; of a ratio its logarithm.</summary>
    public IReadOnlyList<double> Differences(VariantResult variant, VariantResult reference) =>
        [.. PairedTest.Differences(BySeed(variant), BySeed(reference)).Where(double.IsFinite)];

    /// <summary>A difference as readers want it: that of a ratio is the ratio.</summary>
    public double Shown(double difference) => IsRatio ? Math.Exp(difference) : difference;

    private Dictionary<int, double> BySeed(VariantResult variant) => variant.Seeds.ToDictionary(
        seed => seed.Seed, seed => IsRatio ? Math.Log(Value(seed)) : Value(seed));
}
