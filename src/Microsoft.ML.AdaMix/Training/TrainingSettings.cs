using Microsoft.ML.AdaMix.Training.Optimization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What the loop needs of the options, resolved against encoder and context.</summary>
internal sealed record TrainingSettings(
    int Epochs,
    int BatchSize,
    double LearningRate,
    double WarmupRatio,
    double MaxGradientNorm,
    MixtureOptions Mixture,
    AdamWSettings Optimizer,
    double HiddenDropout,
    double AttentionDropout,
    int Seed,
    int? Patience)
{
    /// <summary>Rows of a pass; null for the whole batch.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>Rows of an evaluation's batch: more than a pass's, since nothing is kept for a gradient.</summary>
    public int EvaluationBatchSize => 4 * Math.Min(BatchSize, MicroBatchSize ?? BatchSize);

    /// <summary>Whether layers are computed once more for their gradient instead of being kept.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Whether dropout acts below the first tuned layer.</summary>
    public bool FrozenDropout { get; init; } = true;

    /// <summary>Whether nothing random happens below the first tuned layer, so that all passes have that part in common.</summary>
    public bool SharesFrozenPart => !FrozenDropout || (HiddenDropout == 0 && AttentionDropout == 0);

    /// <summary>Most bytes to keep of what enters the first tuned layer.</summary>
    public long FrozenCacheBytes { get; init; }

    /// <summary>Whether the weights of the best epoch are put back at the end.</summary>
    public bool KeepBestEpoch { get; init; } = true;
}
