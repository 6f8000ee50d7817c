using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>The real file system. No other type of this library changes files or folders.</summary>
internal sealed class Disk : IFileSystem
{
    public static readonly Disk Instance = new();

    private Disk()
    {
    }

    public Stream Create(string path, UnixFileMode? mode)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read, // a shared lock, which whoever reads the file under its last name can have too
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows() && mode is not null)
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    public void TryCreate(string path)
    {
        if (!OperatingSystem.IsLinux() || !UnixPath.TryCreateNameless(path))
        {
            Create(path, mode: null).Dispose();
            Delete(path);
        }
    }

    public Stream Open(string path, FileStreamOptions options)
    {
        options.BufferSize = 0;
        return new FileStream(path, options);
    }

    public void Flush(Stream file) => ((FileStream)file).Flush(flushToDisk: true);

    public void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixPath.Flush(folder);
        }
    }

    public void TakeOver(string path, FileStatus old)
    {
        if (!OperatingSystem.IsWindows())
        {
            using SafeFileHandle handle = UnixPath.Open(path);
            UnixFile.TakeOver(handle, old);
        }
    }

    public void Rename(string file, string name)
    {
        if (OperatingSystem.IsWindows() && File.Exists(name))
        {
            File.Replace(file, name, destinationBackupFileName: null, ignoreMetadataErrors: true); // keeps its rights
        }
        else
        {
            File.Move(file, name, overwrite: true);
        }
    }

    public void RenameFolder(string folder, string name) => Directory.Move(folder, name);

    public bool Exchange(string one, string other) => !OperatingSystem.IsWindows() && UnixPath.Exchange(one, other);

    public void CreateLink(string path, string target) => File.CreateSymbolicLink(path, target);

    public void Delete(string file) => File.Delete(file);

    public void CreateFolder(string folder, UnixFileMode? mode = null)
    {
        if (OperatingSystem.IsWindows() || mode is null)
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, mode.Value);
        }
    }

    public IDisposable? Hold(string folder) => OperatingSystem.IsWindows() ? null : UnixPath.Hold(folder);

    public void DeleteFolder(string folder, bool recursive) => Directory.Delete(folder, recursive);
}
