namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Tab-separated columns below a header line. A row is a line; quotes mean nothing; empty lines are passed over.</summary>
internal sealed class TsvReader : RowReader
{
    private readonly string[] _columns;

    public TsvReader(TextReader text, string name)
        : base(text, name)
    {
        string? header = text.ReadLine();
        Line = 1;
        _columns = string.IsNullOrEmpty(header) ? throw Empty("a header line and rows, separated by tabs") : header.Split('\t');
        CheckHeader(_columns);
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override bool MoveNext()
    {
        while (Text.ReadLine() is { } line)
        {
            Line++;
            if (line.Length == 0)
            {
                continue;
            }

            string[] fields = line.Split('\t');
            CheckWidth(fields.Length);
            Raw = line;
            Fields = fields;
            return true;
        }

        return false;
    }
}
