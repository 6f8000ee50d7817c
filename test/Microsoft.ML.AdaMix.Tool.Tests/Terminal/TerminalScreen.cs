using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Tests.Terminal;

/// <summary>A terminal of some width that keeps all its lines and understands what the tool sends to one.</summary>
internal sealed class TerminalScreen(int width)
{
    private readonly Lock _lock = new();
    private readonly List<StringBuilder> _rows = [new()];
    private readonly HashSet<int> _continued = []; // rows that go on in the next
    private int _column;
    private bool _wraps = true;

    /// <summary>One of its streams.</summary>
    public TextWriter Open() => new Stream(this);

    /// <summary>What can be read: rows that the terminal wrapped are one line.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            List<string> lines = [];
            StringBuilder line = new();
            for (int row = 0; row < _rows.Count; row++)
            {
                line.Append(_rows[row]);
                if (!_continued.Contains(row))
                {
                    lines.Add(line.ToString().TrimEnd());
                    line.Clear();
                }
            }

            return lines;
        }
    }

    /// <summary>Takes what a program wrote.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            for (int i = 0; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case '\e' when text[i + 1] != '[': // what .NET says to a keyboard
                        i++;
                        break;
                    case '\e':
                        int end = i + 2;
                        while (!char.IsLetter(text[end]))
                        {
                            end++;
                        }

                        Control(text[(i + 2)..(end + 1)].ToString());
                        i = end;
                        break;
                    case '\r':
                        _column = 0;
                        break;
                    case '\n':
                        NewRow();
                        break;
                    default:
                        Put(text[i]);
                        break;
                }
            }
        }
    }

    private void Control(string sequence)
    {
        switch (sequence)
        {
            case "2K":
                _rows[^1].Clear();
                break;
            case "?7l" or "?7h":
                _wraps = sequence == "?7h";
                break;
            case "?1h" or "?1l":
                break;
            case var colour when colour.EndsWith('m'):
                break;
            default:
                throw new NotSupportedException($"The terminal was sent ESC [ {sequence}.");
        }
    }

    private void Put(char letter)
    {
        if (_column == width)
        {
            if (_wraps)
            {
                _continued.Add(_rows.Count - 1);
                NewRow();
            }
            else
            {
                _column--;
            }
        }

        StringBuilder row = _rows[^1];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length));
        row[_column] = letter;
        _column++;
    }

    private void NewRow()
    {
        _rows.Add(new StringBuilder());
        _column = 0;
    }

    private sealed class Stream(TerminalScreen screen) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => screen.Write([value]);

        public override void Write(string? value) => screen.Write(value);

        public override void Write(char[] buffer, int index, int count) => screen.Write(buffer.AsSpan(index, count));
    }
}
