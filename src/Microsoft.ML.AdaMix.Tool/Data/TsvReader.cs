namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Tab-separated columns below a header line. A row is a line; quotes mean nothing; empty lines are passed over.</summary>
internal sealed class TsvReader : DelimitedReader
{
    public TsvReader(LineSource lines, string name, char delimiter)
        : base(lines, name, delimiter) => ReadHeader(Delimiters.NameOf(delimiter));

    public override RowFormat RawFormat => RowFormat.Tsv;

    protected override string[]? ReadRecord()
    {
        while (Lines.Read() is { } line)
        {
            if (line.Text.Length > 0)
            {
                (Line, Raw) = (line.Number, line.Text);
                return line.Text.Split(Delimiter);
            }
        }

        return null;
    }
}
