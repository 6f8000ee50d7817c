using MathNet.Numerics.Distributions;
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

/// <summary>The paired t-test.</summary>
/// <param name="Difference">Mean difference.</param>
/// <param name="T">Student's t; NaN where it is not defined.</param>
/// <param name="P">
/// Two-sided p-value; NaN where it is not defined: for fewer than two pairs, and where all differences are the same but not 0.
/// </param>
/// <param name="Pairs">How many pairs.</param>
internal sealed record PairedTest(double Difference, double T, double P, int Pairs)
{
    /// <summary>Tests whether two measurements under the same conditions (seeds) differ.</summary>
    /// <param name="values">By condition.</param>
    /// <param name="reference">By condition; conditions that only one side has are left out.</param>
    public static PairedTest From(IReadOnlyDictionary<int, double> values, IReadOnlyDictionary<int, double> reference) =>
        From(Differences(values, reference));

    /// <summary>How two measurements differ under the conditions that both have.</summary>
    public static double[] Differences(IReadOnlyDictionary<int, double> values, IReadOnlyDictionary<int, double> reference) =>
        [.. values.Where(value => reference.ContainsKey(value.Key)).Select(value => value.Value - reference[value.Key])];

    /// <summary>Tests whether differences are other than 0.</summary>
    public static PairedTest From(IReadOnlyCollection<double> differences)
    {
        int pairs = differences.Count;
        double mean = pairs > 0 ? differences.Mean() : double.NaN;
        if (pairs < 2)
        {
            return new PairedTest(mean, double.NaN, double.NaN, pairs);
        }

        double error = differences.StandardDeviation() / Math.Sqrt(pairs);

        // Differences of accuracies on few rows may all be the same; rounding then leaves an error that is nearly 0.
        if (error <= 1e-12)
        {
            return new PairedTest(mean, double.NaN, Math.Abs(mean) <= 1e-12 ? 1 : double.NaN, pairs);
        }

        double t = mean / error;
        return new PairedTest(mean, t, 2 * StudentT.CDF(0, 1, pairs - 1, -Math.Abs(t)), pairs);
    }
}
