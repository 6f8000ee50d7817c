using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>The rows of a file, read whole: texts to train on or to evaluate with are small beside the encoder.</summary>
internal sealed record TextRows(string Source, IReadOnlyList<TextRow> Rows, bool ArePairs, bool AreWeighted)
{
    public int Count => Rows.Count;

    /// <summary>What the columns are called in the file.</summary>
    public ColumnNames Columns { get; init; } = new();

    /// <summary>Broken rows that were left out; null where the first of them is an error.</summary>
    public SkippedRows? Skipped { get; init; }

    /// <summary>What errors call a row's place.</summary>
    public string Unit { get; init; } = "line";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="names">Its columns.</param>
    /// <param name="trained">What the columns were called where the model was trained; null for nothing.</param>
    /// <param name="warn">Hears where a file has a column of the usual name in place of the model's.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row is broken, or there is no row.</exception>
    public static TextRows Read(
        string path, ReadingOptions options, ColumnNames names, ColumnNames? trained = null, Action<string>? warn = null)
    {
        RequireReadable(path, options);
        return Read(path, options, reader => TextColumns.Find(reader, names, needsLabel: true, trained, warn));
    }

    /// <summary>Reads a file for its texts alone: of one column that column, whatever it is called.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="names">Its columns.</param>
    /// <param name="warn">Hears of labels that are not read, and of lines that look like rows of fields.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row is broken, or there is no text.</exception>
    public static TextRows ReadTexts(string path, ReadingOptions options, ColumnNames names, Action<string> warn)
    {
        RowFiles.RequireNoFolder(path);
        RowFiles.RequireThere(path);
        TextRows texts = Read(path, options, reader =>
        {
            string label = names.Label ?? "label";
            if (reader.Columns.Count > 1 && reader.Columns.Contains(label, StringComparer.Ordinal))
            {
                warn($"'{path}': what stands in its column '{label}' is not read; its rows are taken as rows without a label.");
            }

            ColumnNames wanted = reader.Columns.Count == 1
                ? new ColumnNames { Text = reader.Columns[0] } : names with { Label = null, Weight = null };
            return TextColumns.Find(reader, wanted, needsLabel: false);
        });
        if (texts.Rows.All(row => string.IsNullOrWhiteSpace(row.Text) && string.IsNullOrWhiteSpace(row.Pair)))
        {
            throw new InvalidDataException($"'{path}' holds no text: {Counts.Of(texts.Count, "row")}, all of them empty.");
        }

        if (options.FormatOf(path) == RowFormat.Lines && texts.Rows.All(row => row.Text.Contains('\t', StringComparison.Ordinal)))
        {
            warn($"'{path}': each line has a tab in it, and is taken as one text. Where these are columns, name the file .tsv.");
        }

        return texts;
    }

    private static TextRows Read(string path, ReadingOptions options, Func<RowReader, TextColumns> find)
    {
        using RowReader reader = RowFiles.Open(path, options);
        TextColumns columns = find(reader);
        List<TextRow> rows = [];
        while (reader.TryRead(columns, out TextRow? row))
        {
            rows.Add(row!); // only lines of text keep the places of broken rows
        }

        return rows.Count > 0
            ? new TextRows(path, rows, columns.Pair is not null, columns.Weight is not null)
            {
                Skipped = reader.Skipped,
                Unit = reader.Unit,
                Columns = columns.NamesIn(reader),
            }
            : throw new InvalidDataException($"'{path}' holds no row. {reader.Skipped?.Report(path)}".TrimEnd());
    }

    /// <summary>Refuses what cannot be a file with labels, before anything long begins.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">Nothing tells the format, or it has no labels.</exception>
    public static void RequireReadable(string path, ReadingOptions options)
    {
        RowFiles.RequireNoFolder(path);
        if (options.FormatOf(path) == RowFormat.Lines)
        {
            throw new InvalidDataException(
                $"'{path}': lines of text have no labels; expected a TSV, CSV, JSONL or Parquet file. Rename it, or give --format where "
                + "there is such an option.");
        }

        RowFiles.RequireThere(path);
    }
}
