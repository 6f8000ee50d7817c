namespace Microsoft.ML.AdaMix.Files;

/// <summary>Removes what killed processes left: what has a name of ours and is held by nobody.</summary>
/// <remarks>
/// A link is never removed, nor anything else that is no file and no folder. Where locks do not hold (they are tried on the own file),
/// nothing is removed; on network shares, where a lock may hold for one machine only, and on Windows, only what is a day old.
/// </remarks>
internal static class Leftovers
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>Removes files and folders. What cannot be removed stays.</summary>
    /// <param name="own">A file or a folder in the same folder that this process holds.</param>
    /// <param name="found">Files and folders that may be leftovers, by their names.</param>
    /// <param name="lockFile">Name of the file by which a folder is held; null where that is the folder itself.</param>
    public static void Remove(string own, IEnumerable<string> found, string? lockFile = null)
    {
        try
        {
            bool isDoubtful = OperatingSystem.IsWindows() || !IsLocal(Path.GetDirectoryName(own)!);
            if (isDoubtful || !IsFree(own, lockFile, () => { }))
            {
                foreach (string entry in found.Where(entry => !isDoubtful || IsForgotten(entry)))
                {
                    IsFree(entry, lockFile, () => Delete(entry));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be listed; what is in it stays.
        }
    }

    // What is to be done with it is done while it is held.
    private static bool IsFree(string entry, string? lockFile, Action then)
    {
        try
        {
            string held = lockFile is null ? entry : Path.Combine(entry, lockFile);
            if (new FileInfo(entry).LinkTarget is not null
                || new FileInfo(held).LinkTarget is not null
                || UnixFile.Status(held) is { Kind: not (FileKind.Regular or FileKind.Folder) })
            {
                return false;
            }

            using IDisposable? hold = Hold(held);
            if (hold is null && !OperatingSystem.IsWindows())
            {
                return false;
            }

            then();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // held, another user's, or gone meanwhile
        }
    }

    private static IDisposable? Hold(string path) => Directory.Exists(path)
        ? FileSystem.Current.Hold(path)
        : FileSystem.Current.Open(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Write,
            Share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None,
        });

    private static void Delete(string entry)
    {
        if (Directory.Exists(entry))
        {
            FileSystem.Current.DeleteFolder(entry, recursive: true);
        }
        else
        {
            FileSystem.Current.Delete(entry);
        }
    }

    private static bool IsForgotten(string entry) => DateTime.UtcNow - File.GetLastWriteTimeUtc(entry) > Forgotten;

    private static bool IsLocal(string folder)
    {
        try
        {
            return new DriveInfo(folder).DriveType is DriveType.Fixed or DriveType.Ram or DriveType.Removable;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
