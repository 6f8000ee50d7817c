namespace Microsoft.ML.AdaMix.Files;

/// <summary>What another program does to a file that is being read, at a moment that a test chooses.</summary>
internal static class ChangedFile
{
    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static readonly Dictionary<string, Action<string>> Ways = new(StringComparer.Ordinal)
    {
        ["written over in the same length"] = path => Write(path, bytes => Array.Reverse(bytes)),
        ["made longer"] = path =>
        {
            using FileStream file = OpenBeside(path);
            file.SetLength(file.Length + 4096);
        },
        ["cut off"] = path =>
        {
            using FileStream file = OpenBeside(path);
            file.SetLength(file.Length / 2);
        },
        ["emptied"] = path =>
        {
            using FileStream file = OpenBeside(path);
            file.SetLength(0);
        },
        ["replaced by another one"] = path =>
        {
            File.Copy(path, path + ".new");
            File.SetLastWriteTimeUtc(path + ".new", LongAgo);
            File.Move(path + ".new", path, overwrite: true);
        },
        ["deleted"] = File.Delete,
    };

    /// <summary>Lets files have been written long before, so that the clock's grain does not matter.</summary>
    public static void Settle(string folder)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            File.SetLastWriteTimeUtc(file, LongAgo);
        }
    }

    /// <summary>Reading that changes one file when some of it, or all, has been read.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="way">One of <see cref="Ways"/>.</param>
    /// <param name="when">Name of the file at whose first piece it happens.</param>
    public static SteadyFiles While(string file, string way, string when) => new(path =>
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Path.GetFileName(path) == when
            ? new Interrupted(stream, () => Ways[way](Path.Combine(Path.GetDirectoryName(path)!, file)))
            : stream;
    });

    private static void Write(string path, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        change(bytes);
        using FileStream file = OpenBeside(path);
        file.Write(bytes);
    }

    // Like cp, without regard to who else has it open.
    private static FileStream OpenBeside(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    // Gives half of what is asked for, is interrupted, and goes on.
    private sealed class Interrupted(FileStream file, Action interrupt) : Stream
    {
        private bool _done;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => file.Length;

        public override long Position { get => file.Position; set => file.Position = value; }

        public override int Read(Span<byte> buffer)
        {
            int read = file.Read(buffer[..((buffer.Length + 1) / 2)]);
            if (!_done)
            {
                _done = true;
                interrupt();
            }

            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void Flush()
        {
            // Nothing is written.
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            base.Dispose(disposing);
        }
    }
}
