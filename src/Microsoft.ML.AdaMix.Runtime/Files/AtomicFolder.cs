using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>Writes a folder whole or not at all.</summary>
/// <remarks>
/// A new folder is gathered beside its place and renamed. A folder that is there stays the same folder, with its mode and owner; the files
/// are gathered in it and take the place of the older ones, whose mode and owner they get. Symbolic links are followed, to the folder and
/// from its files.
/// </remarks>
internal static class AtomicFolder
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary folder, and puts it or its files in place. On any failure the target is as it was.
    /// </summary>
    /// <remarks>
    /// A folder that is there is changed only if it is empty, or if it may be overwritten and holds nothing but files that are
    /// <paramref name="own"/>: nobody else's file is deleted.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="overwrite">Whether older files may go.</param>
    /// <param name="own">Whether a file's name is one that could have been written here before.</param>
    /// <param name="write">Gets the temporary folder's path.</param>
    /// <exception cref="IOException">The target is a file, or a folder that cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    public static void Write(string path, bool overwrite, Func<string, bool> own, Action<string> write)
    {
        Require(path, overwrite, own);
        string target = Follow(path);
        string above = Path.GetDirectoryName(target) ?? target;
        bool existed = Directory.Exists(target);
        string temporary = Path.Combine(
            existed ? target : TargetFolder.Existing(above), $"{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            if (existed)
            {
                Check(target, Directory.GetFileSystemEntries(target).Where(entry => entry != temporary), overwrite, own);
                Exchange(target, temporary);
            }
            else
            {
                Directory.CreateDirectory(above);
                Directory.Move(temporary, target);
            }
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    /// <summary>Complains, before anything is written, where <see cref="Write"/> would.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void Require(string path, bool overwrite, Func<string, bool> own)
    {
        string target = Follow(path);
        TargetFolder.RequireWritable(TargetFolder.Existing(target));
        Check(target, Directory.Exists(target) ? Directory.GetFileSystemEntries(target) : [], overwrite, own);
    }

    private static string Follow(string path) => LinkPath.Follow(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    private static void Check(string target, IEnumerable<string> found, bool overwrite, Func<string, bool> own)
    {
        string[] entries = [.. found];
        if (entries.Length > 0 && !overwrite)
        {
            string more = entries.Length > 1 ? $" and {entries.Length - 1} more" : string.Empty;
            throw new IOException(
                $"The folder '{target}' is not empty ({Path.GetFileName(entries[0])}{more})."
                + " Choose another one, or say that it may be overwritten.");
        }

        if (Array.Find(entries, entry => !File.Exists(entry) || !own(Path.GetFileName(entry)) || FileTarget.Find(entry).IsStream)
            is { } other)
        {
            throw new IOException(
                $"The folder '{target}' holds '{Path.GetFileName(other)}', which would be lost and is not of an export."
                + " Choose another folder, or move it away.");
        }
    }

    // Older files go into a folder within the temporary one, and come back from there if something fails.
    private static void Exchange(string target, string temporary)
    {
        string[] files = Directory.GetFiles(temporary);
        string old = Directory.CreateDirectory(Path.Combine(temporary, Path.GetRandomFileName())).FullName;
        HashSet<string> names = [.. files.Select(file => Path.GetFileName(file))];
        Stack<(string From, string To)> moved = new();
        try
        {
            // Of a link that gets new content the file goes that it leads to; of another one the link itself.
            foreach (string entry in Directory.GetFiles(target))
            {
                Move(names.Contains(Path.GetFileName(entry)) ? LinkPath.Follow(entry) : entry, Path.Combine(old, Path.GetFileName(entry)));
            }

            foreach (string file in files)
            {
                TakeOver(file, Path.Combine(old, Path.GetFileName(file)));
                Move(file, LinkPath.Follow(Path.Combine(target, Path.GetFileName(file))));
            }
        }
        catch
        {
            foreach ((string from, string to) in moved)
            {
                File.Move(to, from);
            }

            throw;
        }

        void Move(string from, string to)
        {
            File.Move(from, to);
            moved.Push((from, to));
        }
    }

    private static void TakeOver(string file, string old)
    {
        if (!OperatingSystem.IsWindows() && UnixFile.Status(old) is { } status)
        {
            using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            UnixFile.TakeOver(handle, status);
        }
    }
}
