namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Gathers what is written into larger pieces, and remembers a failure: whoever writes may swallow it, as ML.NET does where it closes the
/// archive of a model, and the file would be taken for a whole one.
/// </summary>
/// <param name="file">Where it goes; owned. It must have no buffer of its own.</param>
internal sealed class GatheringStream(Stream file) : Stream
{
    private const int Piece = 1 << 17;

    private readonly BufferedStream _pieces = new(file, Piece);
    private Exception? _failure;

    public override bool CanRead => false;

    public override bool CanSeek => _pieces.CanSeek;

    public override bool CanWrite => _pieces.CanWrite;

    public override long Length => _pieces.Length;

    public override long Position
    {
        get => _pieces.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Passes everything on that is still here.</summary>
    /// <exception cref="IOException">Something could not be written, now or earlier.</exception>
    public void Complete()
    {
        Flush();
        if (_failure is not null)
        {
            throw new IOException($"Not everything could be written: {_failure.Message}", _failure);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _pieces.Write(buffer);
        }
        catch (Exception error)
        {
            _failure ??= error;
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => Try(_pieces.Flush);

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Try(() => position = _pieces.Seek(offset, origin));
        return position;
    }

    public override void SetLength(long value) => Try(() => _pieces.SetLength(value));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Closes the file; what was not passed on is dropped.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            _failure ??= error;
            throw;
        }
    }
}
