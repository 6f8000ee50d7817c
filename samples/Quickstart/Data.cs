using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>
/// Reads a TSV file by the names in its header line. Quotes mean nothing and a row is a line; ML.NET's loader leaves out empty lines and
/// lines that begin with <c>//</c>.
/// </summary>
internal static class Data
{
    /// <summary>The rows of a file as columns Label, Text and, for pairs, Pair. They are read when they are used, each time anew.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">A column is missing, or there are no rows.</exception>
    public static IDataView Load(MLContext ml, string path, Arguments arguments)
    {
        string[] header = ReadHeader(path);
        List<TextLoader.Column> columns =
        [
            Column(nameof(Row.Label), arguments.Label),
            Column(nameof(Row.Text), arguments.Text),
        ];
        if (arguments.Pair is { } pair)
        {
            columns.Add(Column(nameof(Row.Pair), pair));
        }

        TextLoader loader = ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns = [.. columns],
            Separators = ['\t'],
            HasHeader = true,
            AllowQuoting = false,
        });
        IDataView rows = loader.Load(path);
        return Count(rows) > 0 ? rows : throw new InvalidDataException($"'{path}' holds a header line and no rows.");

        TextLoader.Column Column(string column, string name) => Array.IndexOf(header, name) is >= 0 and int index
            ? new TextLoader.Column(column, DataKind.String, index)
            : throw new InvalidDataException($"'{path}' has no column '{name}'; its header line has: {string.Join(", ", header)}.");
    }

    public static long Count(IDataView rows) => rows.GetColumn<ReadOnlyMemory<char>>(rows.Schema[nameof(Row.Label)]).LongCount();

    private static string[] ReadHeader(string path)
    {
        using StreamReader reader = new(path, Encoding.UTF8);
        return reader.ReadLine()?.Split('\t') ?? throw new InvalidDataException(
            $"'{path}' is empty; expected a header line and rows, separated by tabs.");
    }
}
