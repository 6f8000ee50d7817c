namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>How rows of text are written down.</summary>
internal enum RowFormat
{
    /// <summary>Columns separated by tabs below a header line; quotes mean nothing.</summary>
    Tsv,

    /// <summary>Columns separated by commas below a header line, fields in double quotes where they need them (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>A text a line, no header; for rows without a label only.</summary>
    Lines,
}

/// <summary>Names and file endings of <see cref="RowFormat"/>.</summary>
internal static class RowFormats
{
    /// <summary>What the command line calls them.</summary>
    public static readonly IReadOnlyDictionary<string, RowFormat> Names = new Dictionary<string, RowFormat>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["tsv"] = RowFormat.Tsv,
        ["csv"] = RowFormat.Csv,
        ["jsonl"] = RowFormat.JsonLines,
        ["parquet"] = RowFormat.Parquet,
        ["lines"] = RowFormat.Lines,
    };

    /// <summary>The format that a file's ending stands for; .gz behind it only says that the file is compressed.</summary>
    /// <exception cref="InvalidDataException">The ending is none of the known ones.</exception>
    public static RowFormat FromPath(string path) => Find(path) ?? throw new InvalidDataException(
        $"'{path}': the ending '{EndingOf(path)}' says nothing of the format; known are .tsv, .csv, .jsonl, .parquet and .txt (a text a "
        + "line), and .gz behind them. Rename the file, or give --format where there is such an option.");

    /// <summary>The format that a file's ending stands for; null where it stands for none.</summary>
    public static RowFormat? Find(string path) => EndingOf(path).ToUpperInvariant() switch
    {
        ".TSV" or ".TAB" => RowFormat.Tsv,
        ".CSV" => RowFormat.Csv,
        ".JSONL" or ".NDJSON" => RowFormat.JsonLines,
        ".PARQUET" => RowFormat.Parquet,
        ".TXT" => RowFormat.Lines,
        _ => null,
    };

    private static string EndingOf(string path) =>
        Path.GetExtension(RowFiles.IsCompressed(path) ? Path.GetFileNameWithoutExtension(path) : path);
}
