namespace Microsoft.ML.AdaMix.Files;

/// <summary>A file to which one process at a time adds, and which any number may read meanwhile.</summary>
internal sealed class AppendFile : IDisposable
{
    private const int MostAttempts = 10;

    private readonly Stream _file;
    private readonly string? _made; // the path where it was not there

    private AppendFile(Stream file, string? made) => (_file, _made) = (file, made);

    /// <summary>Opens a file to read and to add to, or makes it. Symbolic links are followed.</summary>
    /// <exception cref="IOException">What stands there is no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is read-only, for all or for this user.</exception>
    public static AppendFile Open(string path)
    {
        FileTarget target = Require(path);
        Stream file = FileSystem.Current.Open(target.RealPath, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
        });
        AppendFile opened = new(file, target.Exists ? null : target.RealPath);
        try
        {
            if (!target.Exists)
            {
                FileSystem.Current.FlushFolder(Path.GetDirectoryName(target.RealPath)!);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock file beside a file, also one that a killed process left; it is gone when the result is disposed.</summary>
    /// <exception cref="HeldFileException">Another process has it.</exception>
    /// <exception cref="IOException">Something else stands under its name, or it cannot be made.</exception>
    public static IDisposable Lock(string path)
    {
        string real = LinkPath.Follow(path) + ".lock";
        for (int attempt = 1; ; attempt++)
        {
            if (new FileInfo(real) is { Exists: true, Length: > 0 })
            {
                throw new IOException($"'{real}' has content, and is no lock file of this kind. Move it away.");
            }

            Stream file = OpenLock(real);

            // Whoever held it before may have removed it between its opening and its lock: then it is nobody's, under no name.
            if (File.Exists(real) || attempt == MostAttempts)
            {
                return new LockFile(real, file);
            }

            file.Dispose();
        }
    }

    /// <summary>What stands there, or will.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static FileTarget Require(string path)
    {
        FileTarget target = FileTarget.Find(path);
        return target.IsStream ? throw new IOException($"'{path}' is a pipe or a device; expected is a file to add to.") : target;
    }

    /// <summary>All that is in it.</summary>
    public byte[] Read()
    {
        byte[] bytes = new byte[_file.Length];
        _file.Position = 0;
        _file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Drops what is beyond a length.</summary>
    public void Cut(long length)
    {
        if (length != _file.Length)
        {
            _file.SetLength(length);
        }
    }

    /// <summary>Adds at the end with one write, and flushes it to disk. On a failure the file is as it was.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        long length = _file.Length;
        _file.Position = length;
        try
        {
            _file.Write(bytes);
            FileSystem.Current.Flush(_file);
        }
        catch
        {
            Cut(length);
            throw;
        }
    }

    /// <summary>Closes it. If it was made and nothing was added, it goes again.</summary>
    public void Dispose()
    {
        if (_file.CanSeek && _file.Length == 0 && _made is not null)
        {
            Temporary.Remove(_made);
        }

        _file.Dispose();
    }

    private static Stream OpenLock(string path)
    {
        try
        {
            return FileSystem.Current.Open(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None,
            });
        }
        catch (IOException error) when (HeldFileException.IsTold(error))
        {
            throw new HeldFileException(path, error);
        }
    }

    private sealed class LockFile(string path, Stream file) : IDisposable
    {
        public void Dispose()
        {
            using (file)
            {
                Temporary.Remove(path); // while it is held
            }
        }
    }
}
