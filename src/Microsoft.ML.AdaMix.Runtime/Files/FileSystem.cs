namespace Microsoft.ML.AdaMix.Files;

/// <summary>The file system that is written to: the disk, unless a test puts another one in its place.</summary>
/// <remarks>That is for the test's own flow of control, and what it starts.</remarks>
internal static class FileSystem
{
    private static readonly AsyncLocal<IFileSystem?> Other = new();

    public static IFileSystem Current => Other.Value ?? Disk.Instance;

    /// <summary>Puts another file system in the disk's place, until the result is disposed.</summary>
    public static IDisposable Use(IFileSystem fileSystem)
    {
        Other.Value = fileSystem;
        return new Return();
    }

    private sealed class Return : IDisposable
    {
        public void Dispose() => Other.Value = null;
    }
}
