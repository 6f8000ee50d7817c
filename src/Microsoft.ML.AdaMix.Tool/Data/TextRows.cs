namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>The rows of a file, read whole: texts to train on or to evaluate with are small beside the encoder.</summary>
internal sealed record TextRows(string Source, IReadOnlyList<TextRow> Rows, bool ArePairs, bool AreWeighted)
{
    public int Count => Rows.Count;

    /// <summary>Broken rows that were left out; null where the first of them is an error.</summary>
    public SkippedRows? Skipped { get; init; }

    /// <summary>What errors call a row's place.</summary>
    public string Unit { get; init; } = "line";

    /// <summary>What the columns of label and text are called.</summary>
    public ColumnNames Columns { get; init; } = new();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="names">Its columns.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row is broken, or there is no row.</exception>
    public static TextRows Read(string path, ReadingOptions options, ColumnNames names)
    {
        if (options.FormatOf(path) == RowFormat.Lines)
        {
            throw new InvalidDataException(
                $"'{path}': lines of text have no labels; expected a TSV, CSV, JSONL or Parquet file. Give the format with --format.");
        }

        using RowReader reader = RowFiles.Open(path, options);
        TextColumns columns = TextColumns.Find(reader, names, needsLabel: true);
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
                Columns = new ColumnNames { Label = reader.Columns[columns.Label!.Value], Text = reader.Columns[columns.Text] },
            }
            : throw new InvalidDataException($"'{path}' holds no row. {reader.Skipped?.Report(path)}".TrimEnd());
    }
}
