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
    int? Patience);
