namespace Microsoft.ML.AdaMix.Files;

/// <summary>A file that arrives in pieces, perhaps over several processes. Until it is whole it is called <c>*.incomplete</c>.</summary>
/// <remarks>What has arrived stays after a failure, a cancellation or a kill, to be gone on with. One process at a time has it.</remarks>
internal sealed class ResumableFile : IDisposable
{
    public const string Ending = ".incomplete";

    private readonly string _path;
    private readonly string _incomplete;
    private readonly Stream _file;

    private ResumableFile(string path)
    {
        _path = path;
        _incomplete = path + Ending;
        _file = FileSystem.Current.Open(_incomplete, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
        });
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>How much has arrived.</summary>
    public long Length => _file.Length;

    /// <summary>Opens what has arrived so far of a file; nothing where it is new.</summary>
    /// <param name="path">The file's name when it is whole, in a folder that is there.</param>
    /// <exception cref="IOException">It cannot be made, or another process has it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written by this user.</exception>
    public static ResumableFile Open(string path) => new(path);

    /// <summary>Adds a piece at the end.</summary>
    public void Append(byte[] piece, int count) => _file.Write(piece, 0, count);

    /// <summary>Drops what has arrived.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _file.Seek(0, SeekOrigin.Begin);
    }

    /// <summary>Gives all that has arrived to somebody who reads it.</summary>
    public T Read<T>(Func<Stream, T> read)
    {
        _file.Seek(0, SeekOrigin.Begin);
        try
        {
            return read(_file);
        }
        finally
        {
            _file.Seek(0, SeekOrigin.End);
        }
    }

    /// <summary>Lets the file appear under its name; afterwards it is closed.</summary>
    public void Complete()
    {
        FileSystem.Current.Flush(_file);
        _file.Dispose();
        FileSystem.Current.Rename(_incomplete, _path);
        FileSystem.Current.FlushFolder(Path.GetDirectoryName(_path)!);
    }

    public void Dispose() => _file.Dispose();
}
