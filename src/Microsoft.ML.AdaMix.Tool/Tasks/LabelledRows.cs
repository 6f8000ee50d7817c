using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Leaves out rows whose label a task cannot use, and says how many.</summary>
internal static class LabelledRows
{
    /// <param name="rows">All rows.</param>
    /// <param name="task">The task.</param>
    /// <param name="warn">Hears of what was left out, here and in reading.</param>
    /// <param name="unlabelled">Gets the rows without a label; null to leave them out.</param>
    /// <exception cref="InvalidDataException">No row is left, or a label is not valid and broken rows are not left out.</exception>
    public static TextRows Keep(TextRows rows, LabelledTask task, Action<string> warn, List<TextRow>? unlabelled = null)
    {
        List<TextRow> kept = [];
        int missing = 0;
        HashSet<string> unknown = new(StringComparer.Ordinal);
        int unknownRows = 0;
        Func<TextRow, TextRow> read = task.LabelReader(rows);
        foreach (TextRow written in rows.Rows)
        {
            try
            {
                TextRow row = read(written);
                switch (task.Check(row))
                {
                    case null:
                        kept.Add(row);
                        break;
                    case LabelProblem.Missing when unlabelled is not null:
                        unlabelled.Add(row);
                        break;
                    case LabelProblem.Missing:
                        missing++;
                        break;
                    default:
                        unknown.Add(row.Label ?? "");
                        unknownRows++;
                        break;
                }
            }
            catch (FormatException problem)
            {
                string broken = Describe(rows, written, problem);
                (rows.Skipped ?? throw new InvalidDataException(broken, problem)).Add(broken);
            }
        }

        if (rows.Skipped?.Report(rows.Source) is { } skipped)
        {
            warn(skipped);
        }

        if (missing > 0)
        {
            warn($"'{rows.Source}': {Some(missing, rows.Count)} no label and {Are(missing)} left out.");
        }

        if (unknownRows > 0)
        {
            warn($"'{rows.Source}': {Some(unknownRows, rows.Count)} a label that the model does not know "
                + $"({Names.Quote([.. unknown.Order(StringComparer.Ordinal)], shown: 5)}) and {Are(unknownRows)} left out.");
        }

        return kept.Count > 0 ? rows with { Rows = kept } : throw NoneLeft(rows, task);
    }

    private static InvalidDataException NoneLeft(TextRows rows, LabelledTask task)
    {
        HashSet<string> known = new(task.Classes, StringComparer.Ordinal);
        string swapped = rows.Rows.Any(row => known.Contains(Blanks.Trim(row.Text)))
            ? $" Its texts, in column '{rows.Columns.Text}', are labels: are --label and --text swapped?"
            : "";
        return new InvalidDataException(
            $"'{rows.Source}': none of its {Counts.Of(rows.Count, "row")} has a label that can be used; the task is "
            + $"{task.Name}{(task.Classes.Count > 0 ? $" of {Names.Quote([.. task.Classes])}" : "")}.{swapped}");
    }

    private static string Some(int some, int all) => $"{some} of {Counts.Of(all, "row")} {(some == 1 ? "has" : "have")}";

    private static string Are(int count) => count == 1 ? "is" : "are";

    /// <summary>Says what is wrong with a label, and where it stands.</summary>
    public static string Describe(TextRows rows, TextRow row, FormatException problem) =>
        $"'{rows.Source}', {rows.Unit} {row.Line}: the label is {Names.Quote(row.Label ?? "")}: {problem.Message}.";
}
