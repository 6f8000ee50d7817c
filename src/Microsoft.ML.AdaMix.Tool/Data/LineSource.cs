using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>A line of a text file: its number from 1, its text, and the line end behind it.</summary>
internal readonly record struct TextLine(long Number, string Text, string End);

/// <summary>
/// Lines of a stream, each decoded by itself and strictly, so that an error names line and byte, and the next line can still be read.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="name">What errors call it.</param>
/// <param name="encoding">Null for UTF-8. A mark at the stream's beginning goes before it.</param>
/// <param name="longest">Mebibytes of the longest line: no row is longer, and what is read must fit into memory.</param>
internal sealed class LineSource(Stream stream, string name, Encoding? encoding, int longest = 64) : IDisposable
{
    private readonly LineBytes _bytes = new(stream, name, longest << 20);
    private Queue<TextLine> _again = [];
    private Encoding? _found;
    private long _number;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is no text, or too long; the one behind it can be read.</exception>
    /// <exception cref="IOException">The stream cannot be read, or does not hold text at all.</exception>
    public TextLine? Read()
    {
        if (_again.TryDequeue(out TextLine again))
        {
            return again;
        }

        Encoding found = _found ??= Begin();
        if (!_bytes.Take(out LineOfBytes line))
        {
            return null;
        }

        _number++;
        return line.IsTooLong
            ? throw Broken($"the line is longer than {longest} MiB; expected a row, and a line end behind it.")
            : new TextLine(_number, Decode(line, found), line.End);
    }

    /// <summary>Lines that are read again before new ones.</summary>
    public void PushBack(IEnumerable<TextLine> lines) => _again = new Queue<TextLine>([.. lines, .. _again]);

    public void Dispose() => stream.Dispose();

    private Encoding Begin()
    {
        while (_bytes.Fill() && TextEncodings.MayBecomeMark(_bytes.Ahead))
        {
        }

        if (ForeignFiles.Describe(_bytes.Ahead) is { } what)
        {
            throw new IOException($"'{name}' {what}.");
        }

        Encoding? marked = TextEncodings.OfMark(_bytes.Ahead, out int mark);
        _bytes.Skip(mark);
        Encoding found = marked ?? encoding ?? TextEncodings.Utf8;
        _bytes.Unit = TextEncodings.UnitOf(found);
        _bytes.IsBigEndian = TextEncodings.IsBigEndian(found);
        if (marked is null && _bytes.Unit == 2 && TextEncodings.LooksSwapped(_bytes.Ahead, _bytes.IsBigEndian))
        {
            throw new IOException(
                $"'{name}' does not look like {found.WebName}: its line ends have their bytes in the other order. Give --encoding "
                + $"{(_bytes.IsBigEndian ? "utf-16le" : "utf-16be")}.");
        }

        return _bytes.Unit == 1 && TextEncodings.WideByZeros(_bytes.Ahead) is { } wide
            ? throw new IOException(
                $"'{name}' looks like {wide} without a byte order mark: its bytes have zeros between them. Expected {found.WebName}. "
                + $"Give --encoding {wide}.")
            : found;
    }

    private string Decode(LineOfBytes line, Encoding found)
    {
        string text;
        try
        {
            text = found.GetString(line.Bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw Broken(
                $"byte {error.Index + 1} of the line, at offset {line.Offset + error.Index} of the file, is "
                + $"{string.Join(' ', (error.BytesUnknown ?? []).Select(value => $"0x{value:X2}"))}, which is not {found.WebName}. "
                + (encoding is null
                    ? "Give the file's encoding with --encoding, often windows-1252 for files of Excel and older programs."
                    : "Give the file's own encoding with --encoding."));
        }

        int zero = text.IndexOf('\0', StringComparison.Ordinal);
        return zero >= 0
            ? throw Broken(
                $"character {zero + 1} of the line is NUL (0x00), which texts do not have. For UTF-16 give --encoding {WideAt(line)}.")
            : text.StartsWith('\uFEFF') ? text[1..] : text; // a mark where files were joined
    }

    // The zero of a blank or a line end says in which order the bytes of UTF-16 are.
    private static string WideAt(LineOfBytes line) => (line.Offset + line.Bytes.IndexOf((byte)0)) % 2 == 0 ? "utf-16be" : "utf-16le";

    private InvalidDataException Broken(string problem) => new($"'{name}', line {_number}: {problem}");
}
