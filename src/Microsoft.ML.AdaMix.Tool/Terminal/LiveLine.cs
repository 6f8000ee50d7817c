using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// A line of progress at the bottom of a terminal. What is written to the terminal while it stands goes through <see cref="Around"/>, from
/// whatever thread, and comes to stand above it, whole.
/// </summary>
/// <remarks>
/// One line that is drawn where the cursor is, with the cursor as it was: nothing is to be put right where a process ends early, and a
/// window may change its size at any time.
/// </remarks>
/// <param name="terminal">Where it is drawn; null where there is no terminal that can erase, so that nothing is.</param>
/// <param name="width">The terminal's columns, as far as they are known.</param>
internal sealed class LiveLine(TextWriter? terminal, Func<int> width)
{
    private const string Erase = "\r\e[2K";

    // Where the width is not known or changes, the terminal itself keeps what is too long within its last column.
    private const string WithoutWrapping = "\e[?7l";
    private const string WithWrapping = "\e[?7h";

    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _drawn;
    private volatile string? _text;

    /// <summary>Whether it can be seen; otherwise lines now and then have to do.</summary>
    public bool IsSeen => terminal is not null;

    /// <summary>Whether it stands there now.</summary>
    public bool Stands => IsSeen && _text is not null;

    /// <summary>Draws it, in place of what it said before; at most some times a second.</summary>
    public void Show(string text)
    {
        lock (_lock)
        {
            bool first = _text is null;
            _text = OnOneLine(text);
            if (first || Stopwatch.GetElapsedTime(_drawn) >= BetweenDrawings)
            {
                Draw();
            }
        }
    }

    /// <summary>Takes it away.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_text is not null)
            {
                _text = null;
                Write(Erase);
            }
        }
    }

    /// <summary>Writes to the terminal around it.</summary>
    /// <param name="write">Writes whole lines.</param>
    public void Around(Action write)
    {
        lock (_lock)
        {
            if (_text is null)
            {
                write();
                return;
            }

            Write(Erase);
            write();
            Draw();
        }
    }

    private void Draw()
    {
        _drawn = Stopwatch.GetTimestamp();
        string text = _text ?? "";
        Write($"{Erase}{WithoutWrapping}{text[..Math.Min(text.Length, Math.Max(1, width() - 1))]}{WithWrapping}");
    }

    private void Write(string text)
    {
        terminal?.Write(text);
        terminal?.Flush();
    }

    // Names of data sets and classes come from outside.
    private static string OnOneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
