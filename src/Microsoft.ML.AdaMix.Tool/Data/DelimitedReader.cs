using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Rows of fields below a header.</summary>
internal abstract class DelimitedReader(LineSource lines, string name, char delimiter) : RowReader(name)
{
    private string[] _columns = [];

    public override IReadOnlyList<string> Columns => _columns;

    public override char Delimiter => delimiter;

    protected LineSource Lines => lines;

    public override bool MoveNext()
    {
        if (ReadRecord() is not { } fields)
        {
            return false;
        }

        if (fields.Length != _columns.Length)
        {
            throw Broken(
                $"found {Counts.Of(fields.Length, "field")}, expected {_columns.Length} as in the header "
                + $"({Names.Quote(_columns)}).");
        }

        if (fields.Length > 1 && fields.Select(Blanks.Trim).SequenceEqual(_columns, StringComparer.Ordinal))
        {
            throw Broken("the header stands here again, as where files were joined; remove the line.");
        }

        Fields = fields;
        return true;
    }

    /// <summary>The next row that is not an empty line, with <see cref="RowReader.Raw"/> and line; null at the end.</summary>
    protected abstract string[]? ReadRecord();

    /// <summary>For the constructor: reads the first row.</summary>
    protected void ReadHeader(string separated)
    {
        try
        {
            _columns = ReadBelowHint() is { } header
                ? Array.ConvertAll(header, Blanks.Trim)
                : throw new InvalidDataException($"'{Name}' is empty; expected a header line and rows, separated by {separated}.");
            Header = Raw;
        }
        catch (InvalidDataException error) when (Delimiters.Hint(Raw, delimiter) is { Length: > 0 } hint)
        {
            throw new InvalidDataException(error.Message + hint, error);
        }
    }

    // Excel writes the separator into a line of its own: sep=;
    private string[]? ReadBelowHint()
    {
        string[]? first = ReadRecord();
        return Raw is not ['s' or 'S', 'e' or 'E', 'p' or 'P', '=', var separator] || first is null ? first
            : separator == delimiter ? ReadRecord()
            : throw new InvalidDataException(
                $"'{Name}' says in its first line, '{Raw}', what stands between its columns. Give --delimiter "
                + $"{(separator == '\t' ? "tab" : $"'{separator}'")}.");
    }

    protected override void Dispose(bool disposing) => lines.Dispose();
}
