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

    public Precision Precision { get; init; }

    public TrainingDevice Device { get; init; }

    public void ApplyTo(AdaMixOptions options)
    {
        options.Epochs = Epochs ?? options.Epochs;
        options.BatchSize = BatchSize ?? options.BatchSize;
        options.LearningRate = LearningRate ?? options.LearningRate;
        options.WeightDecay = WeightDecay ?? options.WeightDecay;
        options.WarmupRatio = Warmup ?? options.WarmupRatio;
        options.Beta1 = Beta1 ?? options.Beta1;
        options.Beta2 = Beta2 ?? options.Beta2;
        options.Epsilon = Epsilon ?? options.Epsilon;
        options.MaxGradientNorm = MaxGradientNorm ?? options.MaxGradientNorm;
        options.Dropout = Dropout ?? options.Dropout;
        options.LabelSmoothing = LabelSmoothing ?? options.LabelSmoothing;
        options.MaxLength = MaxLength ?? options.MaxLength;
        options.FrozenDropout = FrozenDropout ?? options.FrozenDropout;
        options.FrozenCacheMegabytes = FrozenCacheMegabytes ?? options.FrozenCacheMegabytes;
        options.MicroBatchSize = MicroBatchSize ?? options.MicroBatchSize;
        options.GradientCheckpointing = GradientCheckpointing ?? options.GradientCheckpointing;
        options.Precision = Precision;
        options.Device = Device;
    }
}
