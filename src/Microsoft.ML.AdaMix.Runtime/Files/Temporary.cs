using System.Buffers;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Temporary files and folders beside what they will replace. They are held by a lock that ends with the process, so that the next one
/// knows those that nobody will finish, and removes them: see <see cref="Leftovers"/>.
/// </summary>
internal static class Temporary
{
    private const string Ending = ".adamix.tmp";
    private const int LongestStart = 60; // of the target's name, so that the name is legal where that is
    private const int RandomLength = 8;
    private const int MostAttempts = 10;
    private static readonly SearchValues<char> RandomCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
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
                if (File.Exists(path) || attempt == MostAttempts)
                {
                    Leftovers.Remove(path, Others(path));
                    return (path, file);
                }

                file.Dispose(); // another process took it for a leftover before it was held
            }
            catch (IOException error) when (attempt < MostAttempts && HeldFileException.IsTold(error))
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
                if (OperatingSystem.IsWindows() || attempt == MostAttempts || (hold is not null && Directory.Exists(path)))
                {
                    Leftovers.Remove(path, Others(path));
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

    /// <summary>Removes a temporary file, if it is there. What cannot be removed now, the next process removes.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                FileSystem.Current.Delete(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nobody holds it after this process.
        }
    }

    private static IEnumerable<string> Others(string own) =>
        Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(own)!, $"*{Ending}", All).Where(
            entry => entry != own && IsName(Path.GetFileName(entry)));
}
