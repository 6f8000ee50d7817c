using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Leaves out rows whose label a task cannot use, and says how many.</summary>
internal static class LabelledRows
{
    /// <param name="rows">All rows.</param>
    /// <param name="task">The task.</param>
    /// <param name="warn">Hears of what was left out.</param>
    /// <exception cref="InvalidDataException">No row is left, or a label is not valid.</exception>
    public static TextRows Keep(TextRows rows, LabelledTask task, Action<string> warn)
    {
        List<TextRow> kept = [];
        int missing = 0;
        HashSet<string> unknown = new(StringComparer.Ordinal);
        int unknownRows = 0;
        foreach (TextRow row in rows.Rows)
        {
            switch (task.Check(row, rows.Source))
            {
                case null:
                    kept.Add(row);
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

        if (missing > 0)
        {
            warn($"'{rows.Source}': {Some(missing, rows.Count)} no label and {Are(missing)} left out.");
        }

        if (unknownRows > 0)
        {
            warn($"'{rows.Source}': {Some(unknownRows, rows.Count)} a label that the model does not know "
                + $"({string.Join(", ", unknown.Order(StringComparer.Ordinal).Take(5))}{(unknown.Count > 5 ? ", ..." : "")}) and "
                + $"{Are(unknownRows)} left out.");
        }

        return kept.Count > 0
            ? rows with { Rows = kept }
            : throw new InvalidDataException(
                $"'{rows.Source}': none of its {Counts.Of(rows.Count, "row")} has a label that can be used; the task is "
                + $"{task.Name}{(task.Classes.Count > 0 ? $" of {string.Join(", ", task.Classes)}" : "")}.");
    }

    private static string Some(int some, int all) => $"{some} of {Counts.Of(all, "row")} {(some == 1 ? "has" : "have")}";

    private static string Are(int count) => count == 1 ? "is" : "are";
}
