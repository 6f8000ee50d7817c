using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>What a training reported so far, without its weights.</summary>
internal sealed record TrainingHistory
{
    /// <summary>Rows that were trained on, all epochs together.</summary>
    public required long Rows { get; init; }

    /// <summary>Time of all runs, without that of pairs.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>The same without evaluation.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Time of pairs, before the first step.</summary>
    public double PairSeconds { get; init; }

    /// <summary>The epochs that ended.</summary>
    public required IReadOnlyList<EpochEnd> Epochs { get; init; }

    /// <summary>The supervised loss of every step.</summary>
    [JsonIgnore]
    public float[] Losses { get; init; } = [];

    /// <summary>The consistency term of every step.</summary>
    [JsonIgnore]
    public float[] ConsistencyLosses { get; init; } = [];
}

/// <summary>How an epoch ended.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">Steps up to its end.</param>
/// <param name="Metric">On the validation rows; null without.</param>
/// <param name="Loss">On the validation rows; null without.</param>
/// <param name="BestEpoch">The best one so far; null without validation.</param>
internal sealed record EpochEnd(
    int Epoch, int Steps,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double? Metric,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double? Loss,
    int? BestEpoch)
{
    /// <summary>What the evaluation gave; null without.</summary>
    [JsonIgnore]
    public EvaluationResult? Result => Metric is { } metric && Loss is { } loss ? new EvaluationResult(metric, loss) : null;
}
