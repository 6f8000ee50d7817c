using System.Globalization;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Ranges of layers as C# writes them: <c>6..12</c>, <c>6..</c>, <c>..6</c>, <c>^4..</c>.</summary>
internal static class LayerRange
{
    /// <exception cref="ArgumentException">The text is not a range.</exception>
    public static Range Parse(string text)
    {
        string[] ends = text.Split("..");
        return ends.Length == 2 && IndexOf(ends[0], Index.Start) is { } start && IndexOf(ends[1], Index.End) is { } end
            ? start..end
            : throw new ArgumentException($"The layers are '{text}'; expected a range such as 6..12 (layer 12 itself left out), 6.. or ^4.. .");
    }

    private static Index? IndexOf(string text, Index open)
    {
        if (text.Length == 0)
        {
            return open;
        }

        bool fromEnd = text[0] == '^';
        return int.TryParse(fromEnd ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? new Index(value, fromEnd) : null;
    }
}
