using System.Globalization;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Reports;

/// <summary>Numbers as tables and axes write them.</summary>
internal static class Numbers
{
    public const string None = "–";

    /// <summary>Per cent with one digit, mean ± standard deviation.</summary>
    public static string Percent(Summary share) => share.Count == 0 ? None : double.IsNaN(share.Deviation)
        ? Fixed(share.Mean * 100, 1)
        : $"{Fixed(share.Mean * 100, 1)} ± {Fixed(share.Deviation * 100, 1)}";

    /// <summary>Points of per cent, with their sign.</summary>
    public static string Points(double difference) =>
        double.IsNaN(difference) ? None : $"{Sign(Math.Round(difference * 100, 1))}{Fixed(Math.Abs(difference) * 100, 1)}";

    /// <summary>How many times as much.</summary>
    public static string Ratio(double ratio) => double.IsNaN(ratio) ? None : Fixed(ratio, 2);

    /// <summary>The interval of a paired test, with each end as <paramref name="end"/> writes it.</summary>
    public static string Interval(PairedTest test, Func<double, string> end) =>
        test.HasInterval ? $"[{end(test.Low)}, {end(test.High)}]" : None;

    public static string P(double p) => double.IsNaN(p) ? None : p < 0.001 ? "< 0.001" : Fixed(p, 3);

    public static string Mean(Summary value, int digits) => value.Count == 0 ? None : Fixed(value.Mean, digits);

    /// <summary>338k, 1.2M.</summary>
    public static string Large(double value) => double.IsNaN(value) ? None : value >= 1e6
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#}M")
        : value >= 1e3 ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0}k") : Fixed(value, 0);

    /// <summary>A number with a fixed number of digits.</summary>
    public static string Known(double value, int digits) => double.IsNaN(value) ? None : Fixed(value, digits);

    public static string Fixed(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static string Sign(double value) => value > 0 ? "+" : value < 0 ? "−" : "";
}
