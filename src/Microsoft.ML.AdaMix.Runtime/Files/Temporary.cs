using System.Buffers;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Temporary files and folders beside what they will replace. They are held by a lock that ends with the process, so that the next one
/// knows those that nobody will finish, and removes them.
/// </summary>
/// <remarks>
/// What is removed has a name of this kind, is a file or a folder and no link, and is held by nobody. Where locks do not hold (they are
/// tried on the own file), nothing is removed; on network shares, where a lock may hold for one machine only, and on Windows, only what
/// is a day old.
/// </remarks>
internal static class Temporary
{
    private const string Ending = ".adamix.tmp";
    private const int LongestStart = 60; // of the target's name, so that the name is legal where that is
    private const int RandomLength = 8;
    private const int MostAttempts = 10;
    private static readonly SearchValues<char> RandomCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)]; // EAGAIN of Linux, of macOS; sharing violation

    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>Whether a file or a folder has the name of a temporary one.</summary>
    public static bool IsName(string name)
    {
        int start = name.Length - Ending.Length - RandomLength - 1;
        return start > 0
            && name.EndsWith(Ending, StringComparison.Ordinal)
            && name[start] == '.'
            && name.AsSpan(start + 1, RandomLength).IndexOfAnyExcept(RandomCharacters) < 0;
    }

    /// <summary>A new name for what will be called <paramref name="target"/>.</summary>
    public static string NewName(string target) =>
        $"{target[..Math.Min(target.Length, LongestStart)]}.{Path.GetRandomFileName()[..RandomLength]}{Ending}";

    /// <summary>Makes and holds a file, and removes what killed processes left in its folder.</summary>
    public static (string Path, Stream File) CreateFile(string folder, string target, UnixFileMode? mode)
    {
        for (int attempt = 1; ; attempt++)
        {
            string path = Path.Combine(folder, NewName(target));
            try
            {
                Stream file = FileSystem.Current.Create(path, mode);
                if (File.Exists(path))
                {
                    RemoveLeftovers(folder, path);
                    return (path, file);
                }

                file.Dispose(); // another process took it for a leftover before it was held
            }
            catch (IOException error) when (attempt < MostAttempts && HeldByAnother.Contains(error.HResult))
            {
                // likewise, and that process is about to remove it
            }
        }
    }

    /// <summary>Makes and holds a folder, and removes what killed processes left beside it.</summary>
    /// <returns>The folder, and what lets it go; that is null on Windows.</returns>
    public static (string Path, IDisposable? Hold) CreateFolder(string above, string target, UnixFileMode? mode)
    {
        for (int attempt = 1; ; attempt++)
        {
            string path = Path.Combine(above, NewName(target));
            FileSystem.Current.CreateFolder(path, mode);
            try
            {
                IDisposable? hold = FileSystem.Current.Hold(path);
                if (OperatingSystem.IsWindows() || (hold is not null && Directory.Exists(path)))
                {
                    RemoveLeftovers(above, path);
                    return (path, hold);
                }

                hold?.Dispose();
            }
            catch (FileNotFoundException) when (attempt < MostAttempts)
            {
                // another process took it for a leftover before it was held
            }
            catch
            {
                FileSystem.Current.DeleteFolder(path, recursive: false);
                throw;
            }
        }
    }

    /// <summary>Removes what killed processes left in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="own">A file or folder in it that this process holds.</param>
    private static void RemoveLeftovers(string folder, string own)
    {
        try
        {
            bool young = OperatingSystem.IsWindows() || !IsLocal(folder);
            if (young || !TryRemove(own, remove: false))
            {
                foreach (string entry in Directory.EnumerateFileSystemEntries(folder, $"*{Ending}", All))
                {
                    if (entry != own && IsName(Path.GetFileName(entry)) && !(young && IsYoung(entry)))
                    {
                        TryRemove(entry, remove: true);
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be listed; what is in it stays.
        }
    }

    private static bool TryRemove(string entry, bool remove)
    {
        try
        {
            if (new FileInfo(entry).LinkTarget is not null || UnixFile.Status(entry) is { Kind: not (FileKind.Regular or FileKind.Folder) })
            {
                return false;
            }

            bool isFolder = Directory.Exists(entry);
            using IDisposable? hold = isFolder ? FileSystem.Current.Hold(entry) : FileSystem.Current.Open(entry, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Write,
                Share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None,
            });
            bool free = hold is not null || OperatingSystem.IsWindows();
            if (free && remove && isFolder)
            {
                FileSystem.Current.DeleteFolder(entry, recursive: true);
            }
            else if (free && remove)
            {
                FileSystem.Current.Delete(entry);
            }

            return free;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // held, another user's, or gone meanwhile
        }
    }

    private static bool IsYoung(string entry) => DateTime.UtcNow - File.GetLastWriteTimeUtc(entry) < Forgotten;

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
