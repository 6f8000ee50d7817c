using MathNet.Numerics.Statistics;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>How much a number owes to which rows happen to be the test rows, as a standard error.</summary>
internal static class SamplingError
{
    /// <summary>Of a share of rows that are right (binomial).</summary>
    /// <param name="share">The share; where no or all rows are right, the error is that of (right + 1) / (rows + 2).</param>
    /// <param name="rows">How many rows.</param>
    /// <returns>NaN for no rows.</returns>
    public static double OfShare(double share, int rows)
    {
        double used = share is > 0 and < 1 ? share : ((share * rows) + 1) / (rows + 2);
        return rows > 0 ? Math.Sqrt(used * (1 - used) / rows) : double.NaN;
    }

    /// <summary>
    /// Of the difference between two such shares on the same rows: of a single pair of models what McNemar's test is made from.
    /// </summary>
    /// <param name="first">How often each row is right: 0 or 1 for one model, a mean over several.</param>
    /// <param name="second">The same rows of the other.</param>
    /// <returns>NaN for fewer than two rows.</returns>
    public static double OfDifference(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count)
        {
            throw new ArgumentException(
                $"There are {Counts.Of(first.Count, "row")} and {second.Count}; expected the same rows.", nameof(second));
        }

        return first.Count < 2 ? double.NaN : first.Zip(second, (a, b) => a - b).StandardDeviation() / Math.Sqrt(first.Count);
    }
}
