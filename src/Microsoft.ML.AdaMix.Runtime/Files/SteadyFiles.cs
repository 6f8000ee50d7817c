namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Files that belong together and are read once, each in one go. What they were before is compared with what they are after, so that
/// nothing is made of a half-written file or of files of two versions.
/// </summary>
/// <remarks>
/// Compared are which file the path leads to, its length and its time of last writing. A writer that changes a file twice within one tick
/// of the system's clock for files (4 ms on Linux), of which the second falls into the reading, is not seen. Not for several threads.
/// </remarks>
/// <param name="open">Opens a file; tests give streams that change it on the way.</param>
internal sealed class SteadyFiles(Func<string, Stream>? open = null)
{
    private readonly List<(string Path, State State)> _read = [];

    /// <summary>Reads a file; <paramref name="read"/> is given it open, at its beginning.</summary>
    /// <exception cref="IOException">It cannot be read, or was changed meanwhile; the message names it.</exception>
    public T Read<T>(string path, Func<Stream, T> read)
    {
        State before = State.Of(path);
        _read.Add((path, before));
        T content;
        try
        {
            using Stream stream = (open ?? Open)(path);
            content = read(stream);
        }
        catch (EndOfStreamException error)
        {
            before.RequireStill(path, error);
            throw new IOException($"'{path}' ended while it was read, before its {before.Length} bytes. Read it again.", error);
        }
        catch (Exception error)
        {
            before.RequireStill(path, error);
            throw;
        }

        before.RequireStill(path, null);
        return content;
    }

    /// <summary>Makes something of several files, and looks at all of them again when it is made or has failed.</summary>
    /// <exception cref="IOException">One was changed meanwhile.</exception>
    public T ReadTogether<T>(Func<T> read)
    {
        T content;
        try
        {
            content = read();
        }
        catch (Exception error) when (error is not IOException)
        {
            RequireUnchanged(error);
            throw;
        }

        RequireUnchanged(null);
        return content;
    }

    private void RequireUnchanged(Exception? error)
    {
        foreach ((string path, State state) in _read)
        {
            state.RequireStill(path, error);
        }
    }

    // Large pieces are asked for, so a buffer would only copy. On Windows nobody can write the file meanwhile.
    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    private readonly record struct State(FileIdentity? Identity, long Length, DateTime Written)
    {
        public static State Of(string path)
        {
            using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return new State(FileIdentity.Find(path), RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
        }

        public void RequireStill(string path, Exception? error)
        {
            if (Difference(path) is { } difference)
            {
                throw new IOException(
                    $"'{path}' was changed by another program while it was read: {difference}. Read it again when nobody writes it; to "
                    + "replace a file that may be in use, write another one and rename it.",
                    error);
            }
        }

        private string? Difference(string path)
        {
            State now;
            try
            {
                now = Of(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return $"it cannot be opened any more ({error.Message.TrimEnd('.')})";
            }

            return now.Identity != Identity ? "another file has taken its place"
                : now.Length != Length ? $"it had {Length} bytes and has {now.Length}"
                : now.Written != Written ? $"it was last written at {Written:O} and again at {now.Written:O}"
                : null;
        }
    }
}
