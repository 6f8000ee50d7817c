using System.CommandLine;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>How training goes. The library checks the ranges.</summary>
internal sealed class OptimizationArguments
{
    private readonly Option<int?> _epochs = Choices.Count("--epochs", "Passes over the training rows. Default: 10.");
    private readonly Option<int?> _batchSize = Choices.Count("--batch-size", "Rows a step. Default: 16.");
    private readonly Option<double?> _learningRate = Choices.Number("--learning-rate", "RATE", "Peak learning rate. Default: the method's own for the encoder's size.");
    private readonly Option<double?> _weightDecay = Choices.Number("--weight-decay", "NUMBER", "AdamW's decoupled weight decay. Default: 0.1.");
    private readonly Option<double?> _warmup = Choices.Number("--warmup", "SHARE", "Share of all steps in which the learning rate rises. Default: 0.06.");
    private readonly Option<double?> _beta1 = Choices.Number("--beta1", "NUMBER", "AdamW's decay of the first moment. Default: 0.9.");
    private readonly Option<double?> _beta2 = Choices.Number("--beta2", "NUMBER", "AdamW's decay of the second moment. Default: 0.98.");
    private readonly Option<double?> _epsilon = Choices.Number("--epsilon", "NUMBER", "AdamW's epsilon. Default: 1e-8.");
    private readonly Option<double?> _maxGradientNorm = Choices.Number("--max-gradient-norm", "NORM", "Gradients are clipped to this joint norm. Default: 1.");
    private readonly Option<double?> _dropout = Choices.Number("--dropout", "P", "Dropout in encoder and head. Default: what the encoder's configuration says.");
    private readonly Option<double?> _labelSmoothing = Choices.Number("--label-smoothing", "SHARE", "Share of each target spread over all classes. Default: 0.");
    private readonly Option<int?> _maxLength = Choices.Count("--max-length", "Longest text or pair in tokens; longer ones are cut. Default: 128.", smallest: 8);
    private readonly Option<bool> _noFrozenDropout = new("--no-frozen-dropout") { Description = "No dropout below the first tuned layer: that part is computed once for a text. Much faster with --layers and for head." };
    private readonly Option<int?> _frozenCache = Choices.Count("--frozen-cache", "Most memory for what that part gives, in MiB. Default: 1024.", smallest: 0);
    private readonly Option<int?> _microBatchSize = Choices.Count("--micro-batch-size", "Rows of a forward and backward pass; a batch is cut into such parts, so that it fits into memory. Default: the whole batch.");
    private readonly Option<bool> _gradientCheckpointing = new("--gradient-checkpointing") { Description = "Computes layers twice instead of keeping them: less memory, half a step longer." };
    private readonly Option<TrainingPrecision?> _precision = Choices.OfEnum<TrainingPrecision>("--precision", "Type in which the frozen encoder multiplies. Default: auto, by a short measurement.");
    private readonly Option<TrainingDevice?> _device = Choices.OfEnum<TrainingDevice>("--device", "Where training runs. Default: auto, a GPU if there is one.");

    public IEnumerable<Option> All =>
    [
        _epochs, _batchSize, _learningRate, _weightDecay, _warmup, _beta1, _beta2, _epsilon, _maxGradientNorm, _dropout, _labelSmoothing, _maxLength, _noFrozenDropout, _frozenCache, _microBatchSize,
        _gradientCheckpointing, _precision, _device,
    ];

    /// <summary>Those that a study varies or fixes.</summary>
    public IEnumerable<Option> OfStudy => [_epochs, _batchSize, _learningRate, _weightDecay, _warmup, _dropout, _maxLength, _noFrozenDropout, _microBatchSize, _gradientCheckpointing, _precision, _device];

    public OptimizationSettings Read(ParseResult parsed) => new()
    {
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batchSize),
        LearningRate = parsed.GetValue(_learningRate),
        WeightDecay = parsed.GetValue(_weightDecay),
        Warmup = parsed.GetValue(_warmup),
        Beta1 = parsed.GetValue(_beta1),
        Beta2 = parsed.GetValue(_beta2),
        Epsilon = parsed.GetValue(_epsilon),
        MaxGradientNorm = parsed.GetValue(_maxGradientNorm),
        Dropout = parsed.GetValue(_dropout),
        LabelSmoothing = parsed.GetValue(_labelSmoothing),
        MaxLength = parsed.GetValue(_maxLength),
        FrozenDropout = parsed.GetValue(_noFrozenDropout) ? false : null,
        FrozenCacheMegabytes = parsed.GetValue(_frozenCache),
        MicroBatchSize = parsed.GetValue(_microBatchSize),
        GradientCheckpointing = parsed.GetValue(_gradientCheckpointing) ? true : null,
        Precision = parsed.GetValue(_precision) ?? TrainingPrecision.Auto,
        Device = parsed.GetValue(_device) ?? TrainingDevice.Auto,
    };
}
