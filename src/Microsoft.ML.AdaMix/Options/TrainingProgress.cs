using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix;

/// <summary>How far a training is.</summary>
/// <remarks>Immutable; its <see cref="ToString"/> is a line for a person.</remarks>
public sealed record TrainingProgress
{
    /// <summary>
    /// Which of several trainings it is, from 0: the first learns from rows with a label, the others from guesses too
    /// (<see cref="AdaMixOptions.SelfTrainingRounds"/>). Epochs, steps and losses are its own.
    /// </summary>
    public int Round { get; init; }

    /// <summary>The last of them, if all come to their end; 0 without self-training.</summary>
    public int Rounds { get; init; }

    /// <summary>The running epoch, from 1; 0 while pairs of texts are trained.</summary>
    public int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public int Epochs { get; init; }

    /// <summary>
    /// Whether this is before the first epoch, while pairs of texts are trained (<see cref="AdaMixOptions.ContrastiveRounds"/>): steps,
    /// losses, texts a second and what remains are then those of the pairs.
    /// </summary>
    public bool TrainsPairs { get; init; }

    /// <summary>Optimiser steps done.</summary>
    public int Step { get; init; }

    /// <summary>Optimiser steps in all.</summary>
    public int Steps { get; init; }

    /// <summary>True for the report that closes an epoch, or the pairs.</summary>
    public bool EpochEnded { get; init; }

    /// <summary>
    /// Mean supervised loss (cross entropy; for regression the squared error in units of the targets' variance) over the epoch so far.
    /// </summary>
    public double Loss { get; init; }

    /// <summary>Mean consistency term over the epoch so far; 0 where it is off.</summary>
    public double ConsistencyLoss { get; init; }

    /// <summary>
    /// The supervised loss of every step since the report before, in their order; the last one is that of <see cref="Step"/>.
    /// </summary>
    /// <remarks>Every step is in exactly one report, so that all reports together give the whole curve. A copy: it may be kept.</remarks>
    public IReadOnlyList<float> StepLosses { get; init; } = [];

    /// <summary>The consistency term of the same steps, not weighted; zeros where it is off.</summary>
    public IReadOnlyList<float> StepConsistencyLosses { get; init; } = [];

    /// <summary>Training rows a second over the whole training so far, evaluation excluded.</summary>
    public double RowsPerSecond { get; init; }

    /// <summary>Time since training began, earlier rounds included.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Estimated time to the last epoch's end, that of all later rounds included.</summary>
    public TimeSpan Remaining { get; init; }

    /// <summary>How many numbers training moves: all experts' weights, and the head.</summary>
    public long TrainedParameters { get; init; }

    /// <summary>What the merged model reaches on the validation rows at the end of an epoch, higher is better.</summary>
    /// <remarks>
    /// Accuracy for one of several classes, R² for regression, micro-F1 at a probability of one half for multi-label classification. Null
    /// during epochs and without validation.
    /// </remarks>
    public double? ValidationMetric { get; init; }

    /// <summary>Mean loss of the merged model on the validation rows, likewise.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The epoch with the best validation so far: the highest metric, and the lower loss between equals. Null before the first and without
    /// validation.
    /// </summary>
    public int? BestEpoch { get; init; }

    /// <summary>
    /// Whether the model would have the weights of <see cref="BestEpoch"/> if training ended now; otherwise it would have the current ones.
    /// See <see cref="AdaMixOptions.KeepBestEpoch"/>.
    /// </summary>
    public bool KeepsBestEpoch { get; init; }

    /// <summary>A line such as "epoch 2/10, step 120/600, loss 0.4183, validation 0.9125, 312.4 rows/s, 00:01:23 left".</summary>
    public override string ToString()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        StringBuilder line = new();
        if (Rounds > 0)
        {
            line.Append(culture, $"round {Round}/{Rounds}, ");
        }

        line.Append(culture, $"{(TrainsPairs ? "pairs" : $"epoch {Epoch}/{Epochs}")}, step {Step}/{Steps}, loss {Loss:f4}");
        if (ConsistencyLoss != 0)
        {
            line.Append(culture, $", consistency {ConsistencyLoss:f4}");
        }

        if (ValidationMetric is { } metric)
        {
            line.Append(culture, $", validation {metric:f4}");
        }

        return line.Append(culture, $@", {RowsPerSecond:f1} rows/s, {Remaining:hh\:mm\:ss} left").ToString();
    }
}
