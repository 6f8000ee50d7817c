namespace Microsoft.ML.AdaMix.Files;

/// <summary>Files that this library has written and that nobody needs any more.</summary>
internal static class OwnFile
{
    /// <summary>Removes a file; it may be gone already.</summary>
    public static void Delete(string path) => FileSystem.Current.Delete(path);

    /// <summary>Removes a folder with all that is in it; it may be gone already.</summary>
    public static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            FileSystem.Current.DeleteFolder(path, recursive: true);
        }
    }

    /// <summary>Removes a folder that has nothing in it any more.</summary>
    public static void DeleteIfEmpty(string path)
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            FileSystem.Current.DeleteFolder(path, recursive: false);
        }
    }
}
