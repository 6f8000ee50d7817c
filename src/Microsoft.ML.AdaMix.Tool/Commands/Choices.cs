using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Options that take one of some words, and options with a range.</summary>
internal static class Choices
{
    /// <summary>An option that takes the names of an enumeration, as command lines write them: all-layers.</summary>
    public static Option<T?> OfEnum<T>(string name, string description)
        where T : struct, Enum =>
        Of(name, description, Enum.GetNames<T>().ToDictionary(WordNaming.Instance.ConvertName, Enum.Parse<T>, StringComparer.OrdinalIgnoreCase));

    /// <summary>An option that takes one of some words.</summary>
    public static Option<T?> Of<T>(string name, string description, IReadOnlyDictionary<string, T> values)
        where T : struct => new(name)
        {
            HelpName = string.Join('|', values.Keys),
            Description = description,
            CustomParser = result =>
            {
                if (values.TryGetValue(result.Tokens[0].Value, out T value))
                {
                    return value;
                }

                result.AddError($"{name} is '{result.Tokens[0].Value}'; expected {string.Join(", ", values.Keys)}.");
                return null;
            },
        };

    /// <summary>An option that takes one of some words and gives it as it is.</summary>
    public static Option<string?> OfWords(string name, string helpName, string description, IEnumerable<string> words)
    {
        string[] known = [.. words];
        Option<string?> option = new(name) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } value && !known.Contains(value, StringComparer.Ordinal))
            {
                result.AddError($"{name} is '{value}'; expected {string.Join(", ", known)}.");
            }
        });
        return option;
    }

    /// <summary>A number of at least <paramref name="smallest"/>.</summary>
    public static Option<int?> Count(string name, string description, int smallest = 1)
    {
        Option<int?> option = new(name) { HelpName = "N", Description = description };
        option.Validators.Add(result =>
        {
            if (Valid(result, option) is { } value && value < smallest)
            {
                result.AddError($"{name} is {value}; expected {smallest} or more.");
            }
        });
        return option;
    }

    /// <summary>A comma-separated list.</summary>
    public static string[] Split(string? list) => list is null ? [] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // A value that is no number has its own error already.
    private static int? Valid(OptionResult result, Option<int?> option) => result.Errors.Any() ? null : result.GetValue(option);
}
