using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Draws some rows out of many. Files are often sorted by label, so that their first rows would be of one class.</summary>
internal static class RowDraw
{
    // Of the classes' shares in the first rows from those in all, as half the sum over classes; of shuffled files it is less.
    private const double LargestDifference = 0.1;

    /// <summary>The first rows where they are like all; null where the file seems sorted.</summary>
    public static TextRows? FirstLikeAll(TextRows rows, int count)
    {
        TextRow[] first = [.. rows.Rows.Take(count)];
        Dictionary<string, int> shares = first.CountBy(row => row.Label ?? "", StringComparer.Ordinal).ToDictionary(
            StringComparer.Ordinal);
        double difference = rows.Rows.CountBy(row => row.Label ?? "", StringComparer.Ordinal).Sum(label => Math.Abs(
            ((double)label.Value / rows.Count) - ((double)shares.GetValueOrDefault(label.Key) / first.Length))) / 2;
        return difference <= LargestDifference ? rows with { Rows = first } : null;
    }

    /// <summary>
    /// As many rows as asked for, in the file's order. The same seed draws the same rows, and those of a smaller number are among those of
    /// a larger one.
    /// </summary>
    /// <remarks>
    /// Rows without a label are not drawn, where every row needs one. Of each class comes as large a share as of all rows, and at least one
    /// row, where there are more rows than classes; numbers and sets of labels are drawn as if they were one class.
    /// </remarks>
    /// <param name="rows">All rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="task">One of <see cref="TaskNames"/>.</param>
    /// <param name="keepsUnlabelled">Whether rows without a label stay beside those that are drawn.</param>
    public static TextRows Draw(TextRows rows, int count, int seed, string task, bool keepsUnlabelled = false)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).Where(
            row => task == TaskNames.MultiLabel || !string.IsNullOrEmpty(rows.Rows[row].Label))];
        if (count >= order.Length)
        {
            return rows;
        }

        new Random(seed).Shuffle(order);
        bool haveClasses = task is TaskNames.Multiclass or TaskNames.Binary;
        HashSet<int> drawn = [.. order
            .GroupBy(row => haveClasses ? rows.Rows[row].Label : "", StringComparer.Ordinal)
            .SelectMany(same => same.Select((row, rank) => (Row: row, Place: rank == 0 ? 0 : (rank + 0.5) / same.Count())))
            .OrderBy(row => row.Place)
            .Take(count)
            .Select(row => row.Row)];
        return rows with
        {
            Rows = [.. rows.Rows.Where(
                (row, index) => drawn.Contains(index) || (keepsUnlabelled && string.IsNullOrEmpty(row.Label)))],
        };
    }
}
