using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Test rows that are training rows too.</summary>
internal static class SeenTestRows
{
    /// <summary>Says how many they are where it is half of them or more; otherwise null.</summary>
    public static string? Tell(IEnumerable<TextRow> training, IReadOnlyList<TextRow> test) =>
        SeenRows.Tell(Texts(training), [.. Texts(test)], "test row") is { } seen
            ? $"{seen}: the figures on them are too good. Test on other rows."
            : null;

    private static IEnumerable<(string Text, string Pair)> Texts(IEnumerable<TextRow> rows) => rows.Select(row => (row.Text, row.Pair));
}
