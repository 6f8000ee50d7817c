namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Reads rows one after another. The fields of <see cref="Fields"/> stand in the order of <see cref="Columns"/>.</summary>
internal abstract class RowReader(TextReader text, string name) : IDisposable
{
    /// <summary>The names of the columns; <see cref="TextColumns"/> finds the ones it needs among them.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The current row; null where a column has no value in it.</summary>
    public IReadOnlyList<string?> Fields { get; protected set; } = [];

    /// <summary>The current row as it stands in the file, without its line end.</summary>
    public string Raw { get; protected set; } = "";

    /// <summary>Line on which the current row begins, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>What errors call the source: a path, or standard input.</summary>
    public string Name { get; } = name;

    protected TextReader Text { get; } = text;

    /// <summary>Opens rows in a format and reads their header.</summary>
    /// <param name="text">The source; the reader owns it.</param>
    /// <param name="name">What errors call the source.</param>
    /// <param name="format">How the rows are written.</param>
    /// <param name="arraySeparator">Joins the items of a JSON array into one field.</param>
    /// <exception cref="InvalidDataException">There is no header, or it is not valid.</exception>
    public static RowReader Open(TextReader text, string name, RowFormat format, string arraySeparator) => format switch
    {
        RowFormat.Tsv => new TsvReader(text, name),
        RowFormat.Csv => new CsvReader(text, name),
        RowFormat.JsonLines => new JsonLinesReader(text, name, arraySeparator),
        _ => new LinesReader(text, name),
    };

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public abstract bool MoveNext();

    public void Dispose() => Text.Dispose();

    /// <summary>An error that names source and line.</summary>
    protected InvalidDataException Damaged(string problem) => new($"'{Name}', line {Line}: {problem}");

    protected void CheckHeader(IReadOnlyList<string> columns)
    {
        if (columns.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException(
                $"'{Name}': the column '{twice.Key}' stands {twice.Count()} times in the header; expected different names.");
        }
    }

    protected void CheckWidth(int found)
    {
        if (found != Columns.Count)
        {
            throw Damaged($"found {found} fields, expected {Columns.Count} as in the header ({string.Join(", ", Columns)}).");
        }
    }

    protected InvalidDataException Empty(string expected) => new($"'{Name}' is empty; expected {expected}.");
}
