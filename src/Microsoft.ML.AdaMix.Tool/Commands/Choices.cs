using System.CommandLine;
using System.Globalization;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Options whose values are checked as they are read: words and numbers.</summary>
internal static class Choices
{
    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>An option that takes the names of an enumeration, as command lines write them: all-layers.</summary>
    public static Option<T?> OfEnum<T>(string name, string description)
        where T : struct, Enum =>
        FromWords(name, description,
            Enum.GetNames<T>().ToDictionary(WordNaming.Instance.ConvertName, Enum.Parse<T>, StringComparer.OrdinalIgnoreCase));

    /// <summary>An option that takes one of some words.</summary>
    public static Option<T?> FromWords<T>(string name, string description, IReadOnlyDictionary<string, T> values)
        where T : struct =>
        Create<T>(name, string.Join('|', values.Keys), description, (text, out value) => values.TryGetValue(text, out value),
            string.Join(", ", values.Keys));

    /// <summary>An option that takes one of some words and gives it as it is.</summary>
    public static Option<string?> OfWords(string name, string helpName, string description, IEnumerable<string> words)
    {
        string[] known = [.. words];
        return new Option<string?>(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                string value = result.Tokens[0].Value;
                string? word = Array.Find(known, word => word.Equals(value, StringComparison.OrdinalIgnoreCase));
                if (word is null)
                {
                    result.AddError($"{name} is '{value}'; expected {string.Join(", ", known)}.");
                }

                return word;
            },
        };
    }

    /// <summary>A whole number of at least <paramref name="smallest"/>.</summary>
    public static Option<int?> Count(string name, string description, int smallest = 1) => Create<int>(
        name, "N", description,
        (text, out value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && value >= smallest,
        smallest == int.MinValue ? "a whole number" : $"a whole number of {smallest} or more");

    /// <summary>A number. The library checks its range.</summary>
    public static Option<double?> Number(string name, string helpName, string description) => Create<double>(
        name, helpName, description,
        (text, out value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value),
        "a number");

    /// <summary>A comma-separated list.</summary>
    public static string[] Split(string? list) =>
        list is null ? [] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<T?> Create<T>(string name, string helpName, string description, TryParse<T> tryParse, string expected)
        where T : struct => new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                if (tryParse(result.Tokens[0].Value, out T value))
                {
                    return value;
                }

                result.AddError($"{name} is '{result.Tokens[0].Value}'; expected {expected}.");
                return null;
            },
        };
}
