using ICSharpCode.SharpZipLib;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>A line as bytes, without the line end behind it; valid until the next one is taken.</summary>
internal readonly ref struct LineOfBytes
{
    public required ReadOnlySpan<byte> Bytes { get; init; }

    public required string End { get; init; }

    /// <summary>Where it begins in the stream.</summary>
    public required long Offset { get; init; }

    /// <summary>Whether it is longer than lines may be; the bytes are then only its last ones.</summary>
    public required bool IsTooLong { get; init; }
}

/// <summary>Cuts a stream into lines: at LF, CR or both, in units of one byte, or of the two or four of UTF-16 and UTF-32.</summary>
/// <remarks>It reads what has come in and waits only where no line is whole: a line is there as soon as its end is.</remarks>
/// <param name="stream">The stream.</param>
/// <param name="name">What errors call it.</param>
/// <param name="longest">Bytes that a line may have.</param>
internal sealed class LineBytes(Stream stream, string name, int longest)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _offset;

    public int Unit { get; set; } = 1;

    public bool IsBigEndian { get; set; }

    /// <summary>What has been read and not taken.</summary>
    public ReadOnlySpan<byte> Ahead => _buffer.AsSpan(_start.._end);

    /// <summary>Reads what comes in next.</summary>
    /// <returns>False at the end.</returns>
    public bool Fill()
    {
        if (_end == _buffer.Length)
        {
            MakeRoom();
        }

        try
        {
            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            return read > 0;
        }
        catch (Exception error) when (error is SharpZipBaseException or EndOfStreamException) // not an error of one row
        {
            throw new IOException(
                $"'{name}' cannot be unpacked: it is no whole gzip file ({error.Message.TrimEnd('.')}). Expected one that 'gzip -t' finds "
                + "no fault with.", error);
        }
    }

    public void Skip(int count)
    {
        _start += count;
        _offset += count;
    }

    /// <returns>False at the end.</returns>
    public bool Take(out LineOfBytes line)
    {
        int looked = 0;
        bool isTooLong = false;
        int at;
        while ((at = FindEnd(looked)) < 0)
        {
            looked = Ahead.Length / Unit * Unit;
            if (looked > longest)
            {
                Skip(looked);
                looked = 0;
                isTooLong = true;
            }

            if (!Fill())
            {
                line = Cut(Ahead.Length, "", isTooLong);
                return line.Bytes.Length > 0 || isTooLong;
            }
        }

        line = Cut(at, EndAt(at), isTooLong);
        return true;
    }

    private LineOfBytes Cut(int length, string end, bool isTooLong)
    {
        LineOfBytes line = new() { Bytes = Ahead[..length], End = end, Offset = _offset, IsTooLong = isTooLong };
        Skip(length + (end.Length * Unit));
        return line;
    }

    private int FindEnd(int from)
    {
        ReadOnlySpan<byte> bytes = Ahead;
        if (Unit == 1)
        {
            int found = bytes[from..].IndexOfAny((byte)'\r', (byte)'\n');
            return found < 0 ? -1 : from + found;
        }

        for (int i = from; i + Unit <= bytes.Length; i += Unit)
        {
            if (IsAt(i, '\r') || IsAt(i, '\n'))
            {
                return i;
            }
        }

        return -1;
    }

    private string EndAt(int at)
    {
        if (IsAt(at, '\n'))
        {
            return "\n";
        }

        while (Ahead.Length < at + (2 * Unit) && Fill())
        {
        }

        return Ahead.Length >= at + (2 * Unit) && IsAt(at + Unit, '\n') ? "\r\n" : "\r";
    }

    private bool IsAt(int index, char letter)
    {
        ReadOnlySpan<byte> unit = Ahead.Slice(index, Unit);
        int place = IsBigEndian ? Unit - 1 : 0;
        return unit[place] == letter && unit.IndexOfAnyExcept((byte)0) == place && unit.LastIndexOfAnyExcept((byte)0) == place;
    }

    private void MakeRoom()
    {
        if (_start == 0)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
            return;
        }

        Ahead.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
