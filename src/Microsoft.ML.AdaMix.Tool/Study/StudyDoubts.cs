using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Tasks;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Finds what makes a study's figures say less than they seem to.</summary>
internal static class StudyDoubts
{
    /// <summary>Warns of test rows that are training rows too, and of those whose class no training row has.</summary>
    /// <param name="training">All rows from which trials take theirs.</param>
    /// <param name="test">Rows that judge.</param>
    /// <param name="warn">Hears of doubts.</param>
    public static void Check(IReadOnlyCollection<TextRow> training, TextRows test, Action<string> warn)
    {
        if (SeenTestRows.Tell(training, test.Rows) is { } seen)
        {
            warn($"'{test.Source}': {char.ToLowerInvariant(seen[0])}{seen[1..]}");
        }

        HashSet<string> trained = new(training.Select(row => row.Label ?? ""), StringComparer.Ordinal);
        string[] strangers = [.. test.Rows.Select(row => row.Label ?? "").Where(label => !trained.Contains(label))];
        if (strangers.Length > 0)
        {
            string[] classes = [.. strangers.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal)];
            warn(
                $"'{test.Source}': {strangers.Length} of {Counts.Of(test.Count, "test row")} {(strangers.Length == 1 ? "has" : "have")} a "
                + $"class that no training row has ({Names.Quote(classes, shown: 5)}).");
        }
    }

    /// <summary>Warns where splits are drawn and all of them have all rows.</summary>
    public static void CheckDraw(StudyData data, int rows, int splits, Action<string> warn)
    {
        if (data.Splits is null && splits > 1 && rows == data.Training.Count)
        {
            warn(
                $"'{data.Training.Source}' has {Counts.Of(rows, "row")} with a label, and {rows} are asked for: the splits are the same "
                + "rows, and differ by their seeds alone.");
        }
    }
}
