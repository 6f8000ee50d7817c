using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>
/// Comma-separated columns below a header line (RFC 4180): a field in double quotes may hold commas, line ends and, doubled, double quotes.
/// Empty lines are passed over.
/// </summary>
internal sealed class CsvReader : RowReader
{
    private const int NotRead = -2;

    private readonly string[] _columns;
    private readonly StringBuilder _field = new();
    private readonly StringBuilder _raw = new();
    private long _nextLine = 1;
    private int _ahead = NotRead;

    public CsvReader(TextReader text, string name)
        : base(text, name)
    {
        _columns = ReadRecord() is { } header ? [.. header] : throw Empty("a header line and rows, separated by commas");
        CheckHeader(_columns);
    }

    public override IReadOnlyList<string> Columns => _columns;

    public override bool MoveNext()
    {
        if (ReadRecord() is not { } fields)
        {
            return false;
        }

        CheckWidth(fields.Count);
        Fields = fields;
        return true;
    }

    // The next record that is not an empty line; null at the end.
    private List<string>? ReadRecord()
    {
        while (Peek() >= 0)
        {
            Line = _nextLine;
            _raw.Clear();
            List<string> fields = [];
            do
            {
                fields.Add(Peek() == '"' ? ReadQuoted() : ReadPlain());
            }
            while (TakeIf(','));

            Raw = _raw.ToString();
            EndOfLine();
            if (fields.Count > 1 || Raw.Length > 0)
            {
                return fields;
            }
        }

        return null;
    }

    private string ReadPlain()
    {
        _field.Clear();
        while (Peek() is >= 0 and not (',' or '\r' or '\n') and int next)
        {
            if (next == '"')
            {
                throw Damaged(
                    "a double quote stands inside a field that does not begin with one; expected the whole field in quotes, its own "
                    + "quotes doubled.");
            }

            _field.Append(Take());
        }

        return _field.ToString();
    }

    private string ReadQuoted()
    {
        Take();
        _field.Clear();
        while (Peek() >= 0)
        {
            char next = Take();
            if (next == '\n' || (next == '\r' && Peek() != '\n'))
            {
                _nextLine++;
            }

            if (next != '"')
            {
                _field.Append(next);
            }
            else if (TakeIf('"'))
            {
                _field.Append('"');
            }
            else
            {
                return Peek() is < 0 or ',' or '\r' or '\n'
                    ? _field.ToString()
                    : throw Damaged(
                        $"found '{(char)Peek()}' behind a closing quote; expected a comma or the line's end. A quote inside a field is "
                        + "written twice.");
            }
        }

        throw Damaged("a field begins with a double quote that is never closed.");
    }

    private void EndOfLine()
    {
        if (Peek() == '\r')
        {
            _ahead = NotRead;
        }

        if (Peek() == '\n')
        {
            _ahead = NotRead;
        }

        _nextLine++;
    }

    // Not TextReader.Peek: on a pipe that has nothing at the moment it may say that the end is reached.
    private int Peek() => _ahead == NotRead ? _ahead = Text.Read() : _ahead;

    private char Take()
    {
        char next = (char)Peek();
        _ahead = NotRead;
        _raw.Append(next);
        return next;
    }

    private bool TakeIf(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        Take();
        return true;
    }
}
