using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Values of options as text, the same in JSON, in configuration and on the command line.</summary>
internal static class OptionText
{
    /// <summary>Reads a value of an option's type; its range is not looked at.</summary>
    /// <returns>Null if the text is none.</returns>
    public static object? Parse(Type type, string text)
    {
        if (type.IsEnum)
        {
            return ParseEnum(type, text);
        }

        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        CultureInfo culture = CultureInfo.InvariantCulture;
        return type == typeof(string) ? text
            : type == typeof(int) ? int.TryParse(text, Whole, culture, out int count) ? count : null
            : type == typeof(double) ? double.TryParse(text, NumberStyles.Float, culture, out double number) ? number : null
            : type == typeof(bool) ? bool.TryParse(text, out bool flag) ? flag : null
            : type == typeof(Range) ? ParseRange(text)
            : type == typeof(TimeSpan) ? ParseTime(text)
            : IsParsable(type) ? ParseOther.MakeGenericMethod(type).Invoke(null, [text])
            : throw new NotSupportedException($"There is no text for options of the type {type.Name}.");
    }

    /// <summary>Whether values are words: those of an enumeration, or of a type that reads its own.</summary>
    public static bool IsWord(Type type) => type.IsEnum || (IsParsable(type) && !type.IsPrimitive && type != typeof(string));

    /// <summary>Writes a value: all-layers, query,value, 6..12, 0.003.</summary>
    public static string Write(object value) => value switch
    {
        Enum chosen => string.Join(',', $"{chosen}".Split(", ").Select(Words.Kebab)),
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static MethodInfo ParseOther { get; } =
        typeof(OptionText).GetMethod(nameof(ParseOf), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static bool IsParsable(Type type) => Array.Exists(
        type.GetInterfaces(), known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IParsable<>));

    private static object? ParseOf<T>(string text)
        where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? value : null;

    // By name, as C# or as the command line writes it, without regard to case; several of them with commas where they are flags.
    private static object? ParseEnum(Type type, string text)
    {
        string[] names = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? text.Split(',', StringSplitOptions.TrimEntries) : [text];
        long bits = 0;
        foreach (string name in names)
        {
            string? known = Array.Find(Enum.GetNames(type), known =>
                known.Equals(name, StringComparison.OrdinalIgnoreCase)
                || Words.Kebab(known).Equals(name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                return null;
            }

            bits |= Convert.ToInt64(Enum.Parse(type, known), null);
        }

        return Enum.ToObject(type, bits);
    }

    // A number alone would be days.
    private static TimeSpan? ParseTime(string text) =>
        text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time : null;

    // As C# writes them: 6..12, 6.., ..6, ^4.. .
    private static object? ParseRange(string text)
    {
        string[] ends = text.Split("..");
        return ends.Length == 2 && ParseIndex(ends[0], Index.Start) is { } start && ParseIndex(ends[1], Index.End) is { } end
            ? start..end
            : null;
    }

    private static Index? ParseIndex(string text, Index open)
    {
        if (text.Length == 0)
        {
            return open;
        }

        bool fromEnd = text[0] == '^';
        return int.TryParse(fromEnd ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? new Index(value, fromEnd)
            : null;
    }
}
