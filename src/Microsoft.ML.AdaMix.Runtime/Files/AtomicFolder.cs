namespace Microsoft.ML.AdaMix.Files;

/// <summary>Writes a folder whole or not at all.</summary>
internal static class AtomicFolder
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder beside the target and renames it. On any failure the target is as it was.
    /// </summary>
    /// <remarks>
    /// A folder that is there is replaced only if it is empty, or if it may be overwritten and holds nothing but files that are
    /// <paramref name="own"/>: nobody else's file is deleted.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="overwrite">Whether an older one may go.</param>
    /// <param name="own">Whether a file's name is one that could have been written here before.</param>
    /// <param name="write">Gets the temporary folder's path.</param>
    /// <exception cref="IOException">The target is a file, or a folder that cannot be replaced.</exception>
    public static void Write(string path, bool overwrite, Func<string, bool> own, Action<string> write)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Check(target, overwrite, own);
        string unique = $"{target}.{Path.GetRandomFileName()}";
        string temporary = unique + ".tmp";
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            Check(target, overwrite, own);
            Replace(target, temporary, unique + ".old");
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Check(string target, bool overwrite, Func<string, bool> own)
    {
        if (File.Exists(target))
        {
            throw new IOException($"'{target}' is a file; expected is a folder, or nothing.");
        }

        string[] entries = Directory.Exists(target) ? Directory.GetFileSystemEntries(target) : [];
        if (entries.Length > 0 && !overwrite)
        {
            string more = entries.Length > 1 ? $" and {entries.Length - 1} more" : string.Empty;
            throw new IOException(
                $"The folder '{target}' is not empty ({Path.GetFileName(entries[0])}{more})."
                + " Choose another one, or say that it may be overwritten.");
        }

        if (Array.Find(entries, entry => !File.Exists(entry) || !own(Path.GetFileName(entry))) is { } other)
        {
            throw new IOException(
                $"The folder '{target}' holds '{Path.GetFileName(other)}', which would be lost and is not of an export."
                + " Choose another folder, or move it away.");
        }
    }

    private static void Replace(string target, string temporary, string old)
    {
        bool existed = Directory.Exists(target);
        if (existed)
        {
            Directory.Move(target, old);
        }

        try
        {
            Directory.Move(temporary, target);
        }
        catch when (existed)
        {
            Directory.Move(old, target);
            throw;
        }

        if (existed)
        {
            Directory.Delete(old, recursive: true);
        }
    }
}
