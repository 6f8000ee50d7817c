using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Writes to a terminal, and into nothing once the terminal is gone: a command that is ending has work to finish.</summary>
internal sealed class LastingWriter(TextWriter terminal) : TextWriter(CultureInfo.InvariantCulture)
{
    private bool _isGone;

    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine(string? value) => Write($"{value}{terminal.NewLine}".AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        char[] text = buffer.ToArray();
        Try(() => terminal.Write(text));
    }

    public override void Flush() => Try(terminal.Flush);

    // A terminal cannot be full; its only error is that nobody reads it any more.
    private void Try(Action write)
    {
        if (_isGone)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException)
        {
            _isGone = true;
        }
    }
}
