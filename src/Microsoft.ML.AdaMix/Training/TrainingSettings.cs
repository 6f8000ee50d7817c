using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Training.Optimization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What the loop needs of the options, resolved against encoder and context.</summary>
/// <param name="Epochs">Passes over the data, at most.</param>
/// <param name="BatchSize">Rows of a step.</param>
/// <param name="Seed">Of all that is drawn.</param>
/// <param name="Optimizer">How a step moves the weights.</param>
/// <param name="Dropout">Dropout in the encoder.</param>
internal sealed record TrainingSettings(int Epochs, int BatchSize, int Seed, OptimizerSettings Optimizer, DropoutRates Dropout)
{
    /// <summary>Rows of a pass; null for the whole batch.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>Rows of an evaluation's batch: more than a pass's, since nothing is kept for a gradient.</summary>
    public int EvaluationBatchSize => 4 * Math.Min(BatchSize, MicroBatchSize ?? BatchSize);

    /// <summary>Whether layers are computed once more for their gradient instead of being kept.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Most bytes to keep of what enters the first tuned layer.</summary>
    public long FrozenCacheBytes { get; init; }

    /// <summary>Whether the weights of the best epoch are put back at the end.</summary>
    public bool KeepBestEpoch { get; init; } = true;

    /// <summary>Epochs without improvement before training ends; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Longest time to train; null for any.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Whether a training that is cancelled ends with what it has instead of throwing.</summary>
    public bool ReturnsWhenCanceled { get; init; }

    /// <param name="options">With a number of epochs: those of a run.</param>
    /// <param name="encoder">The encoder's own rates.</param>
    /// <param name="seed">Of all that is drawn.</param>
    public static TrainingSettings From(AdaMixOptions options, EncoderConfig encoder, int seed)
    {
        double rate = options.LearningRate ?? options.Method.LearningRate(encoder, options.EffectiveMixture.ExpertsInTurn);
        AdamWSettings adamW = new(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);
        DropoutRates dropout = new(options.Dropout ?? encoder.HiddenDropout, options.Dropout ?? encoder.AttentionDropout)
        {
            InFrozenPart = options.FrozenDropout,
        };
        return new(options.Epochs!.Value, options.BatchSize, seed,
            new OptimizerSettings(rate, options.WarmupRatio, options.MaxGradientNorm, adamW), dropout)
        {
            MicroBatchSize = options.MicroBatchSize,
            GradientCheckpointing = options.GradientCheckpointing,
            FrozenCacheBytes = (long)options.FrozenCacheMegabytes << 20,
            KeepBestEpoch = options.KeepBestEpoch,
            Patience = options.EarlyStoppingPatience,
            MaxTime = options.MaxTrainingTime,
            ReturnsWhenCanceled = options.ReturnWhenCanceled,
        };
    }
}
