namespace Microsoft.ML.AdaMix;

/// <summary>How far a training is.</summary>
public sealed record TrainingProgress
{
    /// <summary>The running epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>Optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Optimiser steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>True for the report that closes an epoch.</summary>
    public required bool EpochEnded { get; init; }

    /// <summary>Mean supervised loss (cross entropy; for regression the squared error in units of the targets' variance) over the epoch so far.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean consistency term over the epoch so far; 0 where it is off.</summary>
    public required double ConsistencyLoss { get; init; }

    /// <summary>
    /// The supervised loss of every step since the report before, in their order; the last one is that of <see cref="Step"/>. Every step is in exactly one report, so that
    /// all reports together give the whole curve. A copy: it may be kept.
    /// </summary>
    public IReadOnlyList<float> StepLosses { get; init; } = [];

    /// <summary>The consistency term of the same steps, not weighted; zeros where it is off.</summary>
    public IReadOnlyList<float> StepConsistencyLosses { get; init; } = [];

    /// <summary>Training rows a second over the whole training so far, evaluation excluded.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>Time since training began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Estimated time to the last epoch's end.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>How many numbers training moves: all experts' weights, and the head.</summary>
    public required long TrainedParameters { get; init; }

    /// <summary>
    /// What the merged model reaches on the validation rows at the end of an epoch, higher is better: accuracy for one of several classes, R² for regression, micro-F1 at
    /// a probability of one half for multi-label classification. Null during epochs and without validation.
    /// </summary>
    public double? ValidationMetric { get; init; }

    /// <summary>Mean loss of the merged model on the validation rows, likewise.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The epoch with the best validation so far: the highest metric, and the lower loss between equals. Null before the first and without validation.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>
    /// Whether the model would have the weights of <see cref="BestEpoch"/> if training ended now; otherwise it would have the current ones. See
    /// <see cref="AdaMixOptions.KeepBestEpoch"/>.
    /// </summary>
    public bool KeepsBestEpoch { get; init; }
}
