using Microsoft.ML.AdaMix.Tool.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Labels of rows that have one each.</summary>
internal static class ClassLabels
{
    /// <summary>A label as a file has it; a list of one is the one, an empty list is no label.</summary>
    /// <exception cref="FormatException">The list holds several.</exception>
    public static string? Read(string? label)
    {
        if (label is not ['[', .., ']'] || ListOf(label) is not { IsMarked: true } list)
        {
            return label;
        }

        return list.Items.Count > 1
            ? throw new FormatException("a list, where the task expects one label; give --task multilabel, or a column with one label")
            : list.Items.Count == 0 ? "" : Blanks.Trim(list.Items[0]);
    }

    /// <summary>The different labels of rows, in order. Lists that hold several are left to where their rows are read.</summary>
    public static string[] Of(TextRows rows) => Of([rows]);

    /// <inheritdoc cref="Of(TextRows)"/>
    public static string[] Of(IEnumerable<TextRows> sets) =>
    [
        .. sets.SelectMany(rows => rows.Rows).Select(row => ReadOrNone(row.Label)).Where(label => !string.IsNullOrEmpty(label))
            .OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static string? ReadOrNone(string? label)
    {
        try
        {
            return Read(label);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Brackets may be a name's own.
    private static LabelList? ListOf(string label)
    {
        try
        {
            return LabelList.Parse(label);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
