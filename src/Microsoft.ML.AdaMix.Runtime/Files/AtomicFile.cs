namespace Microsoft.ML.AdaMix.Files;

/// <summary>A file that is written whole or not at all: until it is complete, what stood under its name stands there.</summary>
/// <remarks>
/// <para>
/// The content is gathered in a temporary file beside it, flushed to disk, and renamed; then the folder is flushed. Symbolic links are
/// followed, also to where nothing stands yet; a file that is replaced leaves its mode and, where the system allows it, its owner to the
/// new one. What a killed process left in the folder is removed.
/// </para>
/// <para>
/// Where the name cannot be given away (a file mounted into a container, a folder that may not be written), the complete content is copied
/// into the file. Pipes and devices are written straight.
/// </para>
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private const int Busy = 16; // EBUSY, on Linux and macOS: a file that is mounted

    private readonly FileTarget _target;
    private readonly Stream _file;
    private readonly GatheringStream _gathering;
    private readonly string? _temporary; // null where it is written straight
    private bool _isGone;

    private AtomicFile(FileTarget target)
    {
        _target = target;
        if (target.IsStream)
        {
            _file = StraightStream.Open(target.RealPath);
        }
        else
        {
            // Nobody reads more than in the file that is replaced.
            UnixFileMode? mode = target.Exists ? UnixFileMode.UserRead | UnixFileMode.UserWrite : null;
            (_temporary, _file) = Temporary.CreateFile(target.GatheringFolder(), Path.GetFileName(target.RealPath), mode);
        }

        _gathering = new GatheringStream(_file);
    }

    /// <summary>Takes the content.</summary>
    public Stream Stream => _gathering;

    /// <summary>Begins to write a file.</summary>
    /// <exception cref="IOException">
    /// What stands there is no file that can be replaced, or its folder is missing or cannot be written.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is read-only, for all or for this user.</exception>
    public static AtomicFile Open(string path) => new(FileTarget.Find(path));

    /// <summary>Writes a file. On any failure the old one is as it was.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Open(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Makes the folder of a file that is to be written, links followed, where it is missing.</summary>
    public static void CreateFolder(string path)
    {
        string folder = Path.GetDirectoryName(FileTarget.Find(path).RealPath)!;
        if (!Directory.Exists(folder))
        {
            FileSystem.Current.CreateFolder(folder);
        }
    }

    /// <summary>Lets the content appear under its name. Without, <see cref="Dispose"/> leaves nothing of it.</summary>
    /// <exception cref="IOException">Not everything could be written, now or earlier.</exception>
    public void Commit()
    {
        _gathering.Complete();
        if (_temporary is null)
        {
            return;
        }

        if (!OperatingSystem.IsWindows() && _target.Exists && UnixFile.Status(_target.RealPath) is { } old)
        {
            FileSystem.Current.TakeOver(_temporary, old);
        }

        FileSystem.Current.Flush(_file);
        if (OperatingSystem.IsWindows())
        {
            _file.Dispose(); // an open file is not renamed there; elsewhere it is held until it has its name
        }

        string folder = Path.GetDirectoryName(_target.RealPath)!;
        if (Path.GetDirectoryName(_temporary) == folder && TryRename())
        {
            FileSystem.Current.FlushFolder(folder);
        }
        else
        {
            InPlace.Write(_temporary, _target.RealPath);
        }
    }

    public void Dispose()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        if (OperatingSystem.IsWindows())
        {
            _gathering.Dispose(); // an open file is not deleted there; elsewhere it is held until it is gone
        }

        using (_gathering)
        {
            if (_temporary is not null)
            {
                Temporary.Remove(_temporary); // gone already after a success
            }
        }
    }

    // False where this name cannot be given to another file: it is mounted, or a folder lets nobody take what another user's file has.
    private bool TryRename()
    {
        try
        {
            FileSystem.Current.Rename(_temporary!, _target.RealPath);
            return true;
        }
        catch (UnauthorizedAccessException) when (_target.Exists)
        {
            return false;
        }
        catch (IOException error) when (_target.Exists && (error.HResult == Busy || OperatingSystem.IsWindows()))
        {
            return false;
        }
    }
}
