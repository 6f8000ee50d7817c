using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>The rows of a file, read whole: texts to train on or to evaluate with are small beside the encoder.</summary>
internal sealed record TextRows(string Source, IReadOnlyList<TextRow> Rows, bool ArePairs, bool AreWeighted)
{
    public int Count => Rows.Count;

    /// <summary>What the columns are called in the file.</summary>
    public ColumnNames Columns { get; private init; } = new();

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written; null to go by its ending.</param>
    /// <param name="names">Its columns.</param>
    /// <param name="arraySeparator">Joins the items of a JSON array.</param>
    /// <param name="trained">What the columns were called where the model was trained; null for nothing.</param>
    /// <param name="warn">Hears where a file has a column of the usual name in place of the model's.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row is damaged, or there is no row.</exception>
    public static TextRows Read(
        string path, RowFormat? format, ColumnNames names, string arraySeparator, ColumnNames? trained = null, Action<string>? warn = null)
    {
        RowFormat written = RequireReadable(path, format);
        using RowReader reader = RowReader.Open(OpenText(path), path, written, arraySeparator);
        TextColumns columns = TextColumns.Find(reader, names, needsLabel: true, trained, warn);
        List<TextRow> rows = [];
        while (reader.MoveNext())
        {
            rows.Add(RowOf(reader, columns));
        }

        return rows.Count > 0
            ? new TextRows(path, rows, columns.Pair is not null, columns.Weight is not null) { Columns = columns.NamesIn(reader) }
            : throw new InvalidDataException($"'{path}' holds no row.");
    }

    /// <summary>The format of a file with labels.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">Nothing tells the format, or it has no labels.</exception>
    public static RowFormat RequireReadable(string path, RowFormat? format)
    {
        RowFormat written = format ?? RowFormats.FromPath(path);
        return written == RowFormat.Lines
            ? throw new InvalidDataException(
                $"'{path}': lines of text have no labels; expected a TSV, CSV or JSONL file. Give the format with --format.")
            : File.Exists(path) ? written
            : throw NotFound(path);
    }

    /// <summary>The first rows.</summary>
    public TextRows Take(int count) => this with { Rows = [.. Rows.Take(count)] };

    /// <summary>Opens a text file as UTF-8, or as what its byte order mark says.</summary>
    public static StreamReader OpenText(string path) => File.Exists(path)
        ? new StreamReader(path, Encoding.UTF8)
        : throw NotFound(path);

    /// <summary>The current row of a reader.</summary>
    public static TextRow RowOf(RowReader reader, TextColumns columns) => new(
        columns.Label is { } label ? reader.Fields[label] : null,
        reader.Fields[columns.Text] ?? "",
        columns.Pair is { } pair ? reader.Fields[pair] ?? "" : "",
        columns.Weight is { } weight ? WeightOf(reader, weight) : 1,
        reader.Line);

    private static FileNotFoundException NotFound(string path) =>
        new($"'{path}' was not found (looked in '{Path.GetDirectoryName(Path.GetFullPath(path))}').", path);

    private static float WeightOf(RowReader reader, int column) =>
        float.TryParse(reader.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
        && value >= 0
            ? value
            : throw new InvalidDataException(
                $"'{reader.Name}', line {reader.Line}: the weight in column '{reader.Columns[column]}' is '{reader.Fields[column]}'; "
                + "expected a number of 0 or more.");
}
