namespace Microsoft.ML.AdaMix.Files;

/// <summary>Files to which one process at a time adds, and which any number may read meanwhile.</summary>
internal static class AppendFile
{
    /// <summary>Opens a file to read and to add to, or makes it. Symbolic links are followed.</summary>
    /// <exception cref="IOException">What stands there is no file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is read-only, for all or for this user.</exception>
    public static FileStream Open(string path) =>
        new(Require(path).RealPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>Takes the lock file beside a file; it is gone when the result is disposed.</summary>
    /// <exception cref="IOException">Another process has it, or something else stands under its name.</exception>
    public static FileStream Lock(string path)
    {
        string real = LinkPath.Follow(path) + ".lock";
        return new FileInfo(real) is { Exists: true, Length: > 0 }
            ? throw new IOException($"'{real}' has content, and is no lock file of this kind.")
            : new FileStream(real, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    /// <summary>What stands there, or will.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static FileTarget Require(string path)
    {
        FileTarget target = FileTarget.Find(path);
        return target.IsStream ? throw new IOException($"'{path}' is a pipe or a device; expected is a file to add to.") : target;
    }
}
