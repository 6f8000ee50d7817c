using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>Where a training is between two steps, in numbers.</summary>
internal sealed record TrainingPosition
{
    /// <summary>The running epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Batches of the running epoch that are done.</summary>
    public required int Batch { get; init; }

    /// <summary>Steps that are done, all epochs together.</summary>
    public required int Steps { get; init; }

    /// <summary>Whether nothing is left to train.</summary>
    public required bool IsFinished { get; init; }

    /// <summary>State of the numbers that shuffle, before the running epoch's batches are drawn.</summary>
    public required ulong Shuffling { get; init; }

    /// <summary>State of the numbers that draw experts.</summary>
    public required ulong Routing { get; init; }

    /// <summary>State of the numbers that draw dropout masks.</summary>
    public required ulong Masks { get; init; }

    /// <summary>The best evaluation's metric; null before the first.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public required double? BestMetric { get; init; }

    /// <summary>The best evaluation's loss; null before the first.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public required double? BestLoss { get; init; }

    /// <summary>Epochs since the best one: what early stopping counts.</summary>
    public required int EpochsSinceBest { get; init; }

    /// <summary>The optimiser's steps of each trained tensor since its first gradient.</summary>
    public required IReadOnlyList<int> OptimizerSteps { get; init; }

    /// <summary>The best evaluation; null before the first.</summary>
    [JsonIgnore]
    public EvaluationResult? Best => BestMetric is { } metric && BestLoss is { } loss ? new EvaluationResult(metric, loss) : null;
}
