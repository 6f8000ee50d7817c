using Microsoft.ML.AdaMix.Metrics;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>A temperature, and what it did for the rows that it was fitted on.</summary>
/// <param name="Value">By which logits are divided.</param>
/// <param name="Rows">Validation rows.</param>
/// <param name="LossBefore">Their mean log loss without it, natural logarithm.</param>
/// <param name="LossAfter">The same with it.</param>
internal sealed record FittedTemperature(double Value, int Rows, double LossBefore, double LossAfter)
{
    /// <summary>Fewer rows leave it uncertain.</summary>
    /// <remarks>
    /// A row of two classes tells at most 0.44 of the logarithm of the temperature (Fisher information, z² p (1 - p) at a logit z of 2.4),
    /// so that 50 rows leave a 95 % interval of 1.96 / √(0.44 · 50) = 0.42 to each side: a factor of 1.5, at best.
    /// </remarks>
    public const int FewestRows = 50;

    /// <summary>Whether a lower one would have fitted better.</summary>
    public bool IsLowest => Value <= TemperatureSearch.Lowest;

    /// <summary>Whether a higher one would have fitted better.</summary>
    public bool IsHighest => Value >= TemperatureSearch.Highest;
}
