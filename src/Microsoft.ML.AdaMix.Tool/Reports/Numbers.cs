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
        double.IsNaN(difference) ? None : $"{(difference >= 0 ? "+" : "−")}{Fixed(Math.Abs(difference) * 100, 1)}";

    public static string P(double p) => double.IsNaN(p) ? None : p < 0.001 ? "< 0.001" : Fixed(p, 3);

    public static string Mean(Summary value, int digits) => value.Count == 0 ? None : Fixed(value.Mean, digits);

    /// <summary>338k, 1.2M.</summary>
    public static string Large(double value) => double.IsNaN(value) ? None : value >= 1e6
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.#}M")
        : value >= 1e3 ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0}k") : Fixed(value, 0);

    public static string Fixed(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
