namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>What readings have in common over time.</summary>
internal static class Trend
{
    /// <summary>
    /// Bytes a step: the median of the slopes between all pairs of readings (Theil and Sen). A leak shows in all of them; a table that
    /// doubles once does not, as it would in a line of least squares.
    /// </summary>
    public static double Slope(IReadOnlyList<ProcessReading> readings, Func<ProcessReading, double> value)
    {
        double[] slopes =
        [
            .. from first in readings
               from second in readings
               where second.Step > first.Step
               let slope = (value(second) - value(first)) / (second.Step - first.Step)
               orderby slope
               select slope,
        ];
        return slopes.Length == 0 ? 0
            : slopes.Length % 2 == 1 ? slopes[slopes.Length / 2]
            : (slopes[(slopes.Length / 2) - 1] + slopes[slopes.Length / 2]) / 2;
    }

    /// <summary>How much larger the largest value of the last quarter is than that of the quarters before it.</summary>
    public static int Rise(IReadOnlyList<ProcessReading> readings, Func<ProcessReading, int> value)
    {
        int last = Math.Max(1, readings.Count / 4);
        return readings.Count <= last
            ? 0
            : readings.TakeLast(last).Max(value) - readings.SkipLast(last).Max(value);
    }
}
