namespace Microsoft.ML.AdaMix.Files;

/// <summary>What stands where a file is to be written, links followed, and how it is written there.</summary>
/// <param name="RealPath">The path behind all links.</param>
/// <param name="Exists">Whether a file stands there.</param>
/// <param name="IsStream">Whether what stands there is written straight into: a pipe, a terminal, an open file's descriptor.</param>
internal sealed record FileTarget(string RealPath, bool Exists, bool IsStream)
{
    private const string WindowsDevices = @"\\.\"; // NUL and the like

    /// <summary>Finds out what stands at a path.</summary>
    /// <exception cref="IOException">A folder, a disk or a socket, which no file replaces.</exception>
    /// <exception cref="UnauthorizedAccessException">A file that is read-only, for all or for this user.</exception>
    public static FileTarget Find(string path)
    {
        string full = Path.GetFullPath(path);
        string real = LinkPath.Follow(full);
        if (LinkPath.IsDescriptor(real) || (OperatingSystem.IsWindows() && real.StartsWith(WindowsDevices, StringComparison.Ordinal)))
        {
            return new FileTarget(real, Exists: true, IsStream: true);
        }

        if (Directory.Exists(real) || Path.EndsInDirectorySeparator(full))
        {
            throw new IOException($"'{path}' is a folder; expected is the name of a file.");
        }

        FileStatus? status = UnixFile.Status(real);
        switch (status?.Kind)
        {
            case FileKind.Pipe or FileKind.Device:
                return new FileTarget(real, Exists: true, IsStream: true);
            case FileKind.BlockDevice or FileKind.Socket:
                string kind = status.Value.Kind == FileKind.Socket ? "socket" : "disk";
                throw new IOException($"'{path}' is a {kind}; expected is a file, a pipe or nothing.");
        }

        if (!File.Exists(real))
        {
            return new FileTarget(real, Exists: false, IsStream: false);
        }

        RequireWritable(path, real, status);
        return new FileTarget(real, Exists: true, IsStream: false);
    }

    /// <summary>
    /// The folder in which the new content is gathered: the file's own, from where it can be renamed; or the temporary folder, where
    /// the file may be written and its folder may not.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The file's folder is missing.</exception>
    /// <exception cref="IOException">No file can be made in it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written, and there is no file in it that may.</exception>
    public string GatheringFolder()
    {
        string folder = Path.GetDirectoryName(RealPath)!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}', where '{Path.GetFileName(RealPath)}' is to be, does not exist.");
        }

        if (!Exists)
        {
            TargetFolder.RequireWritable(folder, Path.GetFileName(RealPath));
            return folder;
        }

        return TargetFolder.IsWritable(folder) ? folder : Path.GetTempPath();
    }

    private static void RequireWritable(string path, string real, FileStatus? status)
    {
        if (status is { IsReadOnly: true } known)
        {
            throw new UnauthorizedAccessException(
                $"'{path}' is read-only (mode {known.Octal}) and stays as it is. Allow writing it, or name another file.");
        }

        try
        {
            using Stream opened = FileSystem.Current.Open(real, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
            });
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException(
                $"'{path}' may not be written by this user and stays as it is. Allow writing it, or name another file.", error);
        }
    }
}
