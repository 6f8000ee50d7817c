using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Writes to a terminal in whole lines, around the line of progress that may stand there.</summary>
/// <remarks>Safe to use from several threads.</remarks>
internal sealed class LineWriter(TextWriter terminal, LiveLine live) : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _unfinished = new();

    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine(string? value) => Write($"{value}{terminal.NewLine}".AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        string? lines = null;
        lock (_lock)
        {
            int end = buffer.LastIndexOf('\n') + 1;
            if (end > 0)
            {
                lines = $"{_unfinished}{buffer[..end]}";
                _unfinished.Clear();
            }

            _unfinished.Append(buffer[end..]);
        }

        if (lines is not null)
        {
            live.Around(() => terminal.Write(lines));
        }
    }

    /// <summary>Writes an unfinished line too, unless a line of progress stands.</summary>
    public override void Flush()
    {
        lock (_lock)
        {
            if (_unfinished.Length > 0 && !live.Stands)
            {
                terminal.Write(_unfinished);
                _unfinished.Clear();
            }
        }

        terminal.Flush();
    }
}
