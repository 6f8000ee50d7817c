namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Times for people.</summary>
internal static class Durations
{
    /// <summary>Minutes and seconds, with hours where there are any.</summary>
    public static string Format(TimeSpan time) => time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", null);
}
