using Microsoft.ML.AdaMix.Metrics;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>How far a task's probabilities can be taken at their word.</summary>
/// <param name="Of">Of what they are: "the likeliest class".</param>
/// <param name="Reliability">Predictions by their probability.</param>
/// <param name="BrierScore">Mean squared distance of probabilities and truth.</param>
/// <param name="WorstBrier">What that is where all predictions are sure and wrong.</param>
internal sealed record TaskCalibration(string Of, ReliabilityCurve Reliability, double BrierScore, int WorstBrier = 1)
{
    public IReadOnlyList<Metric> Metrics =>
    [
        new("calibrationError", "expected calibration error", Reliability.CalibrationError, IsShare: true),
        new("brierScore", $"Brier score (0 to {WorstBrier})", BrierScore),
    ];
}
