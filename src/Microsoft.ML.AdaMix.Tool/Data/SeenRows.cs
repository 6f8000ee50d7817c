using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Test rows that a model was trained on.</summary>
internal static class SeenRows
{
    /// <summary>Warns where at least half of the test rows' texts are those of training rows.</summary>
    public static void Check(TextRows training, TextRows test, Action<string> warn)
    {
        HashSet<(string Text, string Pair)> known = [.. training.Rows.Select(row => (row.Text, row.Pair))];
        int seen = test.Rows.Count(row => known.Contains((row.Text, row.Pair)));
        if (seen * 2 >= test.Count)
        {
            warn(
                $"The texts of {seen} of {Counts.Of(test.Count, "test row")} are those of training rows: the figures on them are too good. "
                + "Test on other rows.");
        }
    }
}
