namespace Microsoft.ML.AdaMix.Metrics;

/// <summary>
/// How often predictions come true that were made with some probability: bins of equal width, and how far apart the two are on average.
/// </summary>
/// <remarks>Guo et al., On calibration of modern neural networks, ICML 2017, section 2: a bin holds what is above its lower end.</remarks>
internal sealed class ReliabilityCurve
{
    /// <summary>As many bins as the paper's tables have.</summary>
    public const int UsualBins = 15;

    /// <param name="predictions">Probabilities, and whether what they were given for is so.</param>
    /// <param name="bins">How many bins.</param>
    public ReliabilityCurve(IEnumerable<(double Probability, bool IsTrue)> predictions, int bins = UsualBins)
    {
        int[] counts = new int[bins];
        int[] trues = new int[bins];
        double[] sums = new double[bins];
        foreach ((double probability, bool isTrue) in predictions)
        {
            int bin = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1); // 0 is in the first
            counts[bin]++;
            trues[bin] += isTrue ? 1 : 0;
            sums[bin] += probability;
        }

        Count = counts.Sum();
        Bins = [.. Enumerable.Range(0, bins).Select(bin => new ReliabilityBin(
            (double)bin / bins, (double)(bin + 1) / bins, counts[bin], sums[bin] / counts[bin], (double)trues[bin] / counts[bin]))];
        CalibrationError = Count == 0 ? double.NaN : Bins.Where(bin => bin.Count > 0).Sum(
            bin => (double)bin.Count / Count * Math.Abs(bin.Share - bin.Probability));
    }

    /// <summary>How many predictions there are.</summary>
    public int Count { get; }

    /// <summary>By rising probability; those without a prediction too.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// Expected calibration error: the mean over predictions of how far probability and share of their bin are apart, from 0 to 1; NaN
    /// where there is none.
    /// </summary>
    public double CalibrationError { get; }
}

/// <summary>Predictions of like probability.</summary>
/// <param name="From">The probability above which the bin begins.</param>
/// <param name="To">That with which it ends.</param>
/// <param name="Count">How many predictions it has.</param>
/// <param name="Probability">Their mean; NaN for none.</param>
/// <param name="Share">How many of them are true, from 0 to 1; NaN for none.</param>
internal readonly record struct ReliabilityBin(double From, double To, int Count, double Probability, double Share);
