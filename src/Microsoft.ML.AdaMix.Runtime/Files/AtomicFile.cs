namespace Microsoft.ML.AdaMix.Files;

/// <summary>A file that is written whole or not at all: until it is complete, what stood under its name stands there.</summary>
/// <remarks>
/// <para>
/// The content is gathered in a temporary file beside it, flushed to disk, and renamed. Symbolic links are followed, also to where nothing
/// stands yet; a file that is replaced leaves its mode and, where the system allows it, its owner to the new one.
/// </para>
/// <para>
/// Where the name cannot be given away (a file mounted into a container, a folder that may not be written), the complete content is copied
/// into the file. Pipes and devices are written straight.
/// </para>
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private const int LongestName = 60; // of the temporary file, so that it is legal where the name itself is

    private readonly FileTarget _target;
    private readonly string? _temporary; // null where it is written straight
    private bool _keepTemporary;

    private AtomicFile(FileTarget target)
    {
        _target = target;
        if (target.IsStream)
        {
            Stream = StraightStream.Open(target.RealPath);
            return;
        }

        string name = Path.GetFileName(target.RealPath);
        _temporary = Path.Combine(
            target.GatheringFolder(), $"{name[..Math.Min(name.Length, LongestName)]}.{Path.GetRandomFileName()}.tmp");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (target.Exists && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // nobody reads more than in the file it replaces
        }

        Stream = new FileStream(_temporary, options);
    }

    /// <summary>Takes the content.</summary>
    public Stream Stream { get; }

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
    public static void CreateFolder(string path) => Directory.CreateDirectory(Path.GetDirectoryName(FileTarget.Find(path).RealPath)!);

    /// <summary>Lets the content appear under its name. Without, <see cref="Dispose"/> leaves nothing of it.</summary>
    public void Commit()
    {
        if (_temporary is null)
        {
            Stream.Flush();
            return;
        }

        FileStream file = (FileStream)Stream;
        file.Flush(flushToDisk: true);
        if (!OperatingSystem.IsWindows() && _target.Exists && UnixFile.Status(_target.RealPath) is { } old)
        {
            UnixFile.TakeOver(file.SafeFileHandle, old);
        }

        file.Dispose();
        if (Path.GetDirectoryName(_temporary) == Path.GetDirectoryName(_target.RealPath))
        {
            Rename(_temporary);
        }
        else
        {
            CopyFrom(_temporary);
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (_temporary is not null && !_keepTemporary)
        {
            File.Delete(_temporary); // gone already after a success
        }
    }

    private void Rename(string temporary)
    {
        try
        {
            if (OperatingSystem.IsWindows() && File.Exists(_target.RealPath))
            {
                File.Replace(temporary, _target.RealPath, destinationBackupFileName: null, ignoreMetadataErrors: true); // keeps its rights
            }
            else
            {
                File.Move(temporary, _target.RealPath, overwrite: true);
            }
        }
        catch (Exception error) when (_target.Exists && error is IOException or UnauthorizedAccessException)
        {
            CopyFrom(temporary);
        }
    }

    private void CopyFrom(string temporary)
    {
        using FileStream complete = new(temporary, FileMode.Open, FileAccess.Read);
        using FileStream target = new(_target.RealPath, FileMode.Open, FileAccess.Write, FileShare.Read);
        try
        {
            complete.CopyTo(target);
            target.SetLength(complete.Length);
            target.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            _keepTemporary = true;
            throw new IOException(
                $"'{_target.RealPath}' could be written only in part: {error.Message} Its whole content is in '{temporary}'.", error);
        }
    }
}
