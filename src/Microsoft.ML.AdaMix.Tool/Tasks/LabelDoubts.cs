using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Finds labels that look as if another column was meant, before a training on them begins.</summary>
internal static class LabelDoubts
{
    // Fewer rows are a try.
    private const int FewestRows = 10;
    private const int FewestSwapped = 4;
    private const string OtherSeparators = ";|,";

    // What people write where there is no label, without capitals.
    private static readonly string[] NoLabel =
        ["?", "-", "--", "-1", "n/a", "na", "nan", "none", "null", "unknown", "unlabeled", "unlabelled", "missing", "tbd", "todo"];

    /// <summary>Warns of classes that may mean that there is no label, where such rows have a use of their own.</summary>
    /// <param name="rows">Rows with a label.</param>
    /// <param name="task">The task.</param>
    /// <param name="warn">Hears of doubts.</param>
    public static void CheckMissing(TextRows rows, LabelledTask task, Action<string> warn)
    {
        foreach (string name in task.Classes.Where(name => NoLabel.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            int count = rows.Rows.Count(row => row.Label == name);
            warn(
                $"'{rows.Source}': {count} of {Counts.Of(rows.Count, "row")} {(count == 1 ? "has" : "have")} the label "
                + $"{Names.Quote(name)}, which is a class like others. Where it means that there is no label, leave the cell empty.");
        }
    }

    /// <param name="rows">Rows to train on, with labels that the task can use.</param>
    /// <param name="task">The task.</param>
    /// <param name="areTrusted">Whether to go on with a warning.</param>
    /// <param name="warn">Hears of doubts.</param>
    /// <exception cref="InvalidDataException">The labels cannot be meant, and are not trusted.</exception>
    public static void Check(TextRows rows, LabelledTask task, bool areTrusted, Action<string> warn)
    {
        if (task is not RegressionTask && (Swapped(rows, task) ?? NotRepeated(rows, task)) is { } doubt)
        {
            warn(areTrusted
                ? doubt
                : throw new InvalidDataException($"{doubt} Name the columns by --label and --text, or give --trust-labels to train."));
        }

        if (rows.Count >= FewestSwapped && rows.Rows.All(row => (row.Text, row.Pair) == (rows.Rows[0].Text, rows.Rows[0].Pair)))
        {
            warn(
                $"'{rows.Source}': all {rows.Count} texts in column '{rows.Columns.Text}' are the same, "
                + $"{Names.Quote(rows.Rows[0].Text)}.");
        }

        foreach (char other in OtherSeparators.Where(other => task is MultiLabelTask))
        {
            string[] joined = [.. task.Classes.Where(name => name.Contains(other, StringComparison.Ordinal))];
            if (joined.Length * 2 >= task.Classes.Count)
            {
                warn(
                    $"'{rows.Source}': {joined.Length} of {Counts.Of(task.Classes.Count, "label")} have a '{other}' in them, such as "
                    + $"{Names.Quote(joined[0])}. If it stands between labels, give --separator '{other}'.");
            }
        }

        foreach (string[] alike in task.Classes.GroupBy(LooksOf, StringComparer.Ordinal).Select(same => same.ToArray()).Where(
            same => same.Length > 1))
        {
            warn(
                $"'{rows.Source}': the labels {Names.Quote(alike)} are different classes; they differ only in capitals, blanks, quotes or "
                + "accents.");
        }
    }

    // The texts repeat, as labels do, and the labels are the longer ones.
    private static string? Swapped(TextRows rows, LabelledTask task)
    {
        if (rows.Count < FewestSwapped)
        {
            return null;
        }

        string[] texts = [.. rows.Rows.Select(row => row.Text).Distinct(StringComparer.Ordinal)];
        return texts.Length * 2 <= rows.Count && texts.Length < task.Classes.Count
            && rows.Rows.Average(row => row.Label?.Length ?? 0) > rows.Rows.Average(row => row.Text.Length)
            ? $"'{rows.Source}': the labels in column '{rows.Columns.Label}' look like texts ({task.Classes.Count} different ones, such as "
                + $"{Names.Quote(task.Classes[0])}), and the texts in column '{rows.Columns.Text}' like labels "
                + $"({Names.Quote(texts, shown: 3)})."
            : null;
    }

    private static string? NotRepeated(TextRows rows, LabelledTask task)
    {
        Func<TextRow, IReadOnlyList<string>> labels = task is MultiLabelTask sets ? sets.LabelsOf : row => [row.Label ?? ""];
        Dictionary<string, int> counts = rows.Rows.SelectMany(labels).CountBy(label => label, StringComparer.Ordinal).ToDictionary(
            StringComparer.Ordinal);
        int alone = rows.Rows.Count(row => labels(row) is { Count: > 0 } own && own.All(label => counts[label] == 1));
        if (rows.Count < FewestRows || alone * 2 <= rows.Count)
        {
            return null;
        }

        string numbers = task is MulticlassTask && task.Classes.All(name => LabelList.NumberOf(name) is not null)
            ? " For numbers give --task regression."
            : "";
        return $"'{rows.Source}': {alone} of {Counts.Of(rows.Count, "row")} have a label in column '{rows.Columns.Label}' that no other "
            + $"row has, such as {Names.Quote(task.Classes, shown: 3)}.{numbers}";
    }

    // What people do not see.
    private static string LooksOf(string label)
    {
        string[] words = label.Trim('"', '\'', '\u201C', '\u201D').Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        return AccentStripper.Strip(string.Join(' ', words).ToUpperInvariant());
    }
}
