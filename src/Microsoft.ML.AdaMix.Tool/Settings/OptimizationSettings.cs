namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>How training goes; null for the library's defaults.</summary>
internal sealed record OptimizationSettings
{
    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    public double? LearningRate { get; init; }

    public double? WeightDecay { get; init; }

    public double? Warmup { get; init; }

    public double? Beta1 { get; init; }

    public double? Beta2 { get; init; }

    public double? Epsilon { get; init; }

    public double? MaxGradientNorm { get; init; }

    public double? Dropout { get; init; }

    public double? LabelSmoothing { get; init; }

    public int? MaxLength { get; init; }

    public bool? FrozenDropout { get; init; }

    public int? FrozenCacheMegabytes { get; init; }

    public int? MicroBatchSize { get; init; }

    public bool? GradientCheckpointing { get; init; }

    public TrainingPrecision Precision { get; init; }

    public TrainingDevice Device { get; init; }

    public AdaMixOptions ApplyTo(AdaMixOptions options) => options with
    {
        Epochs = Epochs ?? options.Epochs,
        BatchSize = BatchSize ?? options.BatchSize,
        LearningRate = LearningRate ?? options.LearningRate,
        WeightDecay = WeightDecay ?? options.WeightDecay,
        WarmupRatio = Warmup ?? options.WarmupRatio,
        Beta1 = Beta1 ?? options.Beta1,
        Beta2 = Beta2 ?? options.Beta2,
        Epsilon = Epsilon ?? options.Epsilon,
        MaxGradientNorm = MaxGradientNorm ?? options.MaxGradientNorm,
        Dropout = Dropout ?? options.Dropout,
        LabelSmoothing = LabelSmoothing ?? options.LabelSmoothing,
        MaxLength = MaxLength ?? options.MaxLength,
        FrozenDropout = FrozenDropout ?? options.FrozenDropout,
        FrozenCacheMegabytes = FrozenCacheMegabytes ?? options.FrozenCacheMegabytes,
        MicroBatchSize = MicroBatchSize ?? options.MicroBatchSize,
        GradientCheckpointing = GradientCheckpointing ?? options.GradientCheckpointing,
        Precision = Precision,
        Device = Device,
    };
}
