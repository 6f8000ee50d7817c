namespace Microsoft.ML.AdaMix.Files;

/// <summary>A second name for a file that is stored elsewhere.</summary>
internal static class LinkedFile
{
    /// <summary>
    /// Makes a symbolic link; where there can be none (Windows without the right, some disks), the file itself, moved or copied.
    /// </summary>
    /// <param name="path">The second name. A link to nothing that has it gives way.</param>
    /// <param name="stored">The file.</param>
    /// <param name="mayMove">Whether nothing else can lead to <paramref name="stored"/> yet.</param>
    /// <exception cref="IOException">Neither can be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written by this user.</exception>
    public static void Make(string path, string stored, bool mayMove)
    {
        string folder = Path.GetDirectoryName(path)!;
        FileSystem.Current.CreateFolder(folder);
        if (new FileInfo(path).LinkTarget is not null && !File.Exists(path))
        {
            FileSystem.Current.Delete(path);
        }

        try
        {
            FileSystem.Current.CreateLink(path, Path.GetRelativePath(folder, stored));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(path)) // otherwise another process was faster
            {
                Place(path, stored, mayMove);
            }
        }
    }

    private static void Place(string path, string stored, bool mayMove)
    {
        if (mayMove)
        {
            FileSystem.Current.Rename(stored, path);
            return;
        }

        AtomicFile.Write(path, target =>
        {
            using FileStream source = new(stored, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            source.CopyTo(target);
        });
    }
}
