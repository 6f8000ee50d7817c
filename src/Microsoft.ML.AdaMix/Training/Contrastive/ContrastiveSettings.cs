using Microsoft.ML.AdaMix.Training.Optimization;

namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>How pairs are trained, each once.</summary>
/// <param name="BatchSize">Pairs of a step.</param>
/// <param name="Optimizer">How a step moves the weights.</param>
internal sealed record ContrastiveSettings(int BatchSize, OptimizerSettings Optimizer)
{
    /// <summary>Most pairs that compute at once; null for a step's.</summary>
    public int? MicroBatchSize { get; init; }

    /// <summary>Longest time; null for any.</summary>
    public TimeSpan? MaxTime { get; init; }
}
