namespace Microsoft.ML.AdaMix.Metrics;

/// <summary>Finds the temperature that makes a log loss smallest, where logits are divided by it (Guo et al., 2017, section 4.2).</summary>
internal static class TemperatureSearch
{
    /// <summary>Rows that are all right would have it at 0, where probabilities are 0 and 1.</summary>
    public const double Lowest = 0.05;

    /// <summary>Rows that are no better than chance would have it infinite.</summary>
    public const double Highest = 20;

    private const int Halvings = 40; // more than float32 can tell

    /// <summary>The temperature, from <see cref="Lowest"/> to <see cref="Highest"/>; 1 where none changes anything.</summary>
    /// <param name="slope">
    /// Derivative of the log loss by the inverse temperature. The loss is convex in it, so that the slope rises and bisection is sure.
    /// </param>
    public static double Find(Func<double, double> slope)
    {
        double atLowest = slope(1 / Lowest);
        double atHighest = slope(1 / Highest);
        if (atLowest <= 0 || atHighest >= 0)
        {
            return atLowest == 0 && atHighest == 0 ? 1 : atLowest <= 0 ? Lowest : Highest;
        }

        (double low, double high) = (Math.Log(Lowest), Math.Log(Highest));
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = slope(Math.Exp(-middle)) > 0 ? (middle, high) : (low, middle);
        }

        return Math.Exp((low + high) / 2);
    }
}
