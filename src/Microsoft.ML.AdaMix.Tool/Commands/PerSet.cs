using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Tool.Settings;

namespace Microsoft.ML.AdaMix.Tool.Commands;

/// <summary>Values that may differ from data set to data set: <c>train-1000.tsv,banking77=train.tsv</c>.</summary>
internal static class PerSet
{
    /// <summary>The value of a set: its own, otherwise that of all; null for none.</summary>
    /// <param name="option">What errors call it.</param>
    /// <param name="values">As the command line has them.</param>
    /// <param name="set">The set's name.</param>
    /// <exception cref="UsageException">There are two values for it.</exception>
    public static string? Find(string option, string? values, string set)
    {
        (string Set, string Value)[] all = Read(values);
        return Single(set) ?? Single(string.Empty);

        string? Single(string name)
        {
            string[] found = [.. all.Where(value => value.Set == name).Select(value => value.Value)];
            return found.Length < 2 ? found.FirstOrDefault() : throw new UsageException(
                $"{option} has '{found[0]}' and '{found[1]}' for {(name.Length == 0 ? "all sets" : $"'{name}'")}; expected one of them.");
        }
    }

    /// <exception cref="UsageException">A value is for a set that there is not.</exception>
    public static void RequireKnown(string option, string? values, IReadOnlyList<string> sets)
    {
        string[] unknown = [.. Read(values).Select(value => value.Set).Where(
            set => set.Length > 0 && !sets.Contains(set, StringComparer.Ordinal))];
        if (unknown.Length > 0)
        {
            throw new UsageException(
                $"{option} has a value for '{unknown[0]}', which --data does not name; expected {Words.List(sets)} before the '='."
                + Suggestion.For(unknown[0], sets));
        }
    }

    private static (string Set, string Value)[] Read(string? values) => [.. Choices.Split(values).Select(
        value => value.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var own] ? (name, own) : (string.Empty, value))];
}
