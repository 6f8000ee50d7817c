using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>The paired t-test, and the 95 % interval that belongs to it.</summary>
/// <param name="Difference">Mean difference; NaN for no pairs.</param>
/// <param name="Low">Lower end of the interval; NaN for fewer than two pairs, and where all differences are the same.</param>
/// <param name="High">Its upper end.</param>
/// <param name="T">Student's t; NaN where it is not defined.</param>
/// <param name="P">
/// Two-sided p-value; NaN where it is not defined: for fewer than two pairs, and where all differences are the same but not 0.
/// </param>
/// <param name="Pairs">How many independent pairs.</param>
internal sealed record PairedTest(double Difference, double Low, double High, double T, double P, int Pairs)
{
    /// <summary>How often the interval is to contain the true difference.</summary>
    public const double Confidence = 0.95;

    /// <summary>Pairs from which a report shows p; of two it says next to nothing, as one degree of freedom is left.</summary>
    public const int FewestForP = 3;

    public bool HasInterval => double.IsFinite(Low);

    /// <summary>p where there are enough pairs to show it, otherwise NaN.</summary>
    public double ShownP => Pairs < FewestForP ? double.NaN : P;

    /// <summary>Tests whether two measurements under the same conditions (seeds) differ.</summary>
    /// <param name="values">By condition.</param>
    /// <param name="reference">By condition; conditions that only one side has are left out.</param>
    public static PairedTest From(IReadOnlyDictionary<int, double> values, IReadOnlyDictionary<int, double> reference) =>
        From(Differences(values, reference));

    /// <summary>How two measurements differ under the conditions that both have.</summary>
    public static double[] Differences(IReadOnlyDictionary<int, double> values, IReadOnlyDictionary<int, double> reference) =>
        [.. values.Where(value => reference.ContainsKey(value.Key)).Select(value => value.Value - reference[value.Key])];

    /// <summary>Tests whether differences are other than 0.</summary>
    /// <param name="differences">Of independent pairs.</param>
    public static PairedTest From(IReadOnlyCollection<double> differences)
    {
        int pairs = differences.Count;
        double mean = pairs > 0 ? differences.Mean() : double.NaN;
        double error = pairs > 1 ? differences.StandardDeviation() / Math.Sqrt(pairs) : double.NaN;

        // Differences of accuracies on few rows may all be the same; rounding then leaves an error that is nearly 0.
        if (double.IsNaN(error) || error <= 1e-12)
        {
            return new PairedTest(
                mean, double.NaN, double.NaN, double.NaN, pairs > 1 && Math.Abs(mean) <= 1e-12 ? 1 : double.NaN, pairs);
        }

        double t = mean / error;
        double reach = StudentT.InvCDF(0, 1, pairs - 1, (1 + Confidence) / 2) * error;
        return new PairedTest(mean, mean - reach, mean + reach, t, 2 * StudentT.CDF(0, 1, pairs - 1, -Math.Abs(t)), pairs);
    }
}
