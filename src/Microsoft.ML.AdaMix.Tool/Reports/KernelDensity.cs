using MathNet.Numerics.Statistics;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>A Gaussian kernel density with Silverman's bandwidth.</summary>
internal sealed class KernelDensity
{
    private readonly double[] _values;
    private readonly double _bandwidth;

    /// <param name="values">At least one.</param>
    /// <param name="resolution">Smallest difference between two values; the bandwidth is no less.</param>
    public KernelDensity(IEnumerable<double> values, double resolution)
    {
        _values = [.. values];
        double deviation = _values.Length > 1 ? _values.StandardDeviation() : 0;
        double quartiles = _values.InterquartileRange() / 1.34;
        double spread = quartiles > 0 ? Math.Min(deviation, quartiles) : deviation;
        _bandwidth = Math.Max(resolution, 0.9 * spread * Math.Pow(_values.Length, -0.2));
    }

    /// <summary>The lowest and the highest value; beyond them the density says nothing of the data.</summary>
    public (double Low, double High) Range => (_values.Min(), _values.Max());

    /// <summary>Where next to all of the density's area lies.</summary>
    public (double Low, double High) Reach => (Range.Low - (3 * _bandwidth), Range.High + (3 * _bandwidth));

    public double At(double x) =>
        _values.Average(value => Math.Exp(-0.5 * Math.Pow((x - value) / _bandwidth, 2))) / (_bandwidth * Math.Sqrt(2 * Math.PI));
}
