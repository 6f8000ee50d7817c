using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>The rows of a file, read whole: texts to train on or to evaluate with are small beside the encoder.</summary>
internal sealed record TextRows(string Source, IReadOnlyList<TextRow> Rows, bool ArePairs, bool AreWeighted)
{
    public int Count => Rows.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written; null to go by its ending.</param>
    /// <param name="names">Its columns.</param>
    /// <param name="arraySeparator">Joins the items of a JSON array.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a row is damaged, or there is no row.</exception>
    public static TextRows Read(string path, RowFormat? format, ColumnNames names, string arraySeparator)
    {
        RowFormat written = format ?? RowFormats.FromPath(path);
        if (written == RowFormat.Lines)
        {
            throw new InvalidDataException(
                $"'{path}': lines of text have no labels; expected a TSV, CSV or JSONL file. Give the format with --format.");
        }

        using RowReader reader = RowReader.Open(OpenText(path), path, written, arraySeparator);
        TextColumns columns = TextColumns.Find(reader, names, needsLabel: true);
        List<TextRow> rows = [];
        while (reader.MoveNext())
        {
            rows.Add(RowOf(reader, columns));
        }

        return rows.Count > 0
            ? new TextRows(path, rows, columns.Pair is not null, columns.Weight is not null)
            : throw new InvalidDataException($"'{path}' holds no row.");
    }

    /// <summary>The first rows.</summary>
    public TextRows Take(int count) => this with { Rows = [.. Rows.Take(count)] };

    /// <summary>Opens a text file as UTF-8, or as what its byte order mark says.</summary>
    public static StreamReader OpenText(string path) => File.Exists(path)
        ? new StreamReader(path, Encoding.UTF8)
        : throw new FileNotFoundException($"'{path}' was not found (looked in '{Path.GetDirectoryName(Path.GetFullPath(path))}').", path);

    /// <summary>The current row of a reader.</summary>
    public static TextRow RowOf(RowReader reader, TextColumns columns) => new(
        columns.Label is { } label ? reader.Fields[label] : null,
        reader.Fields[columns.Text] ?? "",
        columns.Pair is { } pair ? reader.Fields[pair] ?? "" : "",
        columns.Weight is { } weight ? WeightOf(reader, weight) : 1,
        reader.Line);

    private static float WeightOf(RowReader reader, int column) =>
        float.TryParse(reader.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
        && value >= 0
            ? value
            : throw new InvalidDataException(
                $"'{reader.Name}', line {reader.Line}: the weight in column '{reader.Columns[column]}' is '{reader.Fields[column]}'; "
                + "expected a number of 0 or more.");
}
