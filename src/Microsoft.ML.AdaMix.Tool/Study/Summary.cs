using MathNet.Numerics.Statistics;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Mean and spread of some values.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean; NaN for none.</param>
/// <param name="Deviation">Their sample standard deviation (n - 1); NaN for fewer than two.</param>
internal sealed record Summary(int Count, double Mean, double Deviation)
{
    public static Summary From(IReadOnlyCollection<double> values) => new(
        values.Count,
        values.Count > 0 ? values.Mean() : double.NaN,
        values.Count > 1 ? values.StandardDeviation() : double.NaN);
}
