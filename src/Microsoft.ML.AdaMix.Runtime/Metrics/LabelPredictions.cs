namespace Microsoft.ML.AdaMix.Metrics;

/// <summary>What a model says of labels that are there or not, each for itself: one a row in binary classification, or several.</summary>
/// <param name="Logits">[decisions], of being there.</param>
/// <param name="Targets">[decisions], 1 where it is there and 0 where not.</param>
internal sealed record LabelPredictions(float[] Logits, float[] Targets)
{
    // For probabilities that float32 has as 0 or 1.
    private const double Smallest = 1e-37;

    /// <param name="decisions">Probabilities, and whether the label is there.</param>
    public static LabelPredictions FromProbabilities(IReadOnlyCollection<(double Probability, bool IsThere)> decisions) => new(
        [.. decisions.Select(decision => (float)(
            Math.Log(Math.Max(decision.Probability, Smallest)) - Math.Log(Math.Max(1 - decision.Probability, Smallest))))],
        [.. decisions.Select(decision => decision.IsThere ? 1f : 0f)]);

    /// <summary>The temperature, one for all labels, with which the log loss of these decisions is smallest.</summary>
    public double FitTemperature() => TemperatureSearch.Find(
        inverse => Decisions.Average(i => (Probability(i, 1 / inverse) - Targets[i]) * Logits[i]));

    /// <summary>Mean cross entropy a decision, natural logarithm.</summary>
    /// <param name="temperature">By which logits are divided.</param>
    public double LogLoss(double temperature = 1) => Decisions.Average(i =>
    {
        double logit = Logits[i] / temperature;
        return Math.Max(logit, 0) - (logit * Targets[i]) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
    });

    /// <summary>Mean squared distance of probability and truth, from 0 to 1.</summary>
    public double BrierScore() => Decisions.Average(i => Math.Pow(Probability(i, 1) - Targets[i], 2));

    /// <summary>How often labels are there, by their probability.</summary>
    /// <param name="temperature">By which logits are divided.</param>
    public ReliabilityCurve Reliability(double temperature = 1) =>
        new(Decisions.Select(i => (Probability(i, temperature), Targets[i] > 0.5f)));

    private IEnumerable<int> Decisions => Enumerable.Range(0, Logits.Length);

    private double Probability(int decision, double temperature) => 1 / (1 + Math.Exp(-Logits[decision] / temperature));
}
