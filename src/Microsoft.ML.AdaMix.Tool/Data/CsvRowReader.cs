using CsvHelper;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>
/// Comma-separated columns below a header line (RFC 4180): a field in double quotes may hold commas, line ends and, doubled, double quotes.
/// Empty lines are passed over.
/// </summary>
/// <remarks>
/// Lines are put together until their quotes are even, which makes a row; CsvHelper takes it apart. So a row is there as soon as its line
/// end is, and a quote that is never closed costs its own line only, where broken rows are left out.
/// </remarks>
internal sealed class CsvRowReader : DelimitedReader
{
    // More characters than this behind a quote are a quote that was forgotten.
    private const int LongestRow = 64 << 20;

    private readonly CsvReaderOptions _options;
    private CsvMalformedReason? _problem;

    public CsvRowReader(LineSource lines, string name, char delimiter)
        : base(lines, name, delimiter)
    {
        _options = new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            SkipEmptyLines = false,
            DetectSeparatorHint = false,
            OnMalformedRecord = found => _problem ??= found.Reason,
        };
        ReadHeader(Delimiters.NameOf(delimiter));
    }

    public override RowFormat RawFormat => RowFormat.Csv;

    protected override string[]? ReadRecord()
    {
        while (Lines.Read() is { } line)
        {
            if (line.Text.Length > 0)
            {
                (Line, Raw) = (line.Number, line.Text);
                return FieldsOf(WholeRow(line));
            }
        }

        return null;
    }

    private List<TextLine> WholeRow(TextLine first)
    {
        List<TextLine> lines = [first];
        int quotes = first.Text.Count('"');
        if (quotes % 2 != 0)
        {
            Split(first.Text); // a quote where none may stand is an error that no further line heals
            RequireSound(but: CsvMalformedReason.UnterminatedQuote);
        }

        long length = first.Text.Length;
        while (quotes % 2 != 0)
        {
            if (length > LongestRow || Lines.Read() is not { } next)
            {
                Lines.PushBack(lines.Skip(1));
                throw Broken("a field begins with a double quote that is never closed.");
            }

            lines.Add(next);
            quotes += next.Text.Count('"');
            length += next.Text.Length;
        }

        return lines;
    }

    private string[] FieldsOf(List<TextLine> lines)
    {
        Raw = lines.Count == 1
            ? lines[0].Text
            : string.Concat(lines.SkipLast(1).Select(line => line.Text + line.End)) + lines[^1].Text;
        string[] fields = Split(Raw);
        if (_problem is not null)
        {
            Lines.PushBack(lines.Skip(1));
        }

        RequireSound();
        return fields;
    }

    private string[] Split(string text)
    {
        _problem = null;
        using CsvReader row = CsvReader.FromText(text, _options);
        row.Read();
        string[] fields = new string[row.FieldCount];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = row.GetString(i);
        }

        return fields;
    }

    private void RequireSound(CsvMalformedReason? but = null)
    {
        if (_problem is { } problem && problem != but)
        {
            throw Broken(problem switch
            {
                CsvMalformedReason.StrayQuote => "a double quote stands inside a field that does not begin with one; expected the whole "
                    + "field in quotes, its own quotes doubled.",
                CsvMalformedReason.TextAfterClosingQuote => $"text stands behind a closing quote; expected {Delimiters.NameOf(Delimiter)} "
                    + "between fields, and quotes inside a field doubled.",
                _ => $"the row is not CSV ({problem}).",
            });
        }
    }
}
