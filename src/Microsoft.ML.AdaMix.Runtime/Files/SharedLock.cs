namespace Microsoft.ML.AdaMix.Files;

/// <summary>A lock file that programs of others know too, so that it stays when it is let go; a killed process holds none.</summary>
internal static class SharedLock
{
    private const UnixFileMode ForTheGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    /// <summary>Takes the lock file, which is made with its folder where it is missing.</summary>
    /// <returns>What lets it go; null while another process, or another task of this one, has it.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made or opened by this user.</exception>
    public static IDisposable? TryTake(string path)
    {
        FileSystem.Current.CreateFolder(Path.GetDirectoryName(path)!);
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ForTheGroup;
        }

        try
        {
            Stream taken = FileSystem.Current.Open(path, options);
            if (File.Exists(path))
            {
                return taken;
            }

            taken.Dispose(); // whoever had it before removed it between its opening and its lock
            return null;
        }
        catch (IOException error) when (HeldFileException.IsTold(error))
        {
            return null;
        }
    }
}
