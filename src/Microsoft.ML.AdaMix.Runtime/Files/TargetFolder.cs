using System.Text;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>Folders in which something is to be written.</summary>
internal static class TargetFolder
{
    /// <summary>The folder itself, or the nearest one above it that is there.</summary>
    /// <exception cref="IOException">Something else than a folder stands in the way.</exception>
    public static string Existing(string folder)
    {
        string existing = folder;
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                throw new IOException($"'{existing}' is a file; expected is a folder, or nothing.");
            }

            existing = Path.GetDirectoryName(existing) ?? throw new DirectoryNotFoundException($"There is no '{existing}'.");
        }

        return existing;
    }

    /// <summary>Whether a file can be made in a folder. Makes one without a trace.</summary>
    public static bool IsWritable(string folder)
    {
        try
        {
            RequireWritable(folder);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Tries whether a file can be made in a folder, and leaves nothing of it.</summary>
    /// <param name="folder">A folder that is there.</param>
    /// <param name="name">The file's name, whose length is tried too.</param>
    /// <exception cref="UnauthorizedAccessException">The folder is read-only, for all or for this user.</exception>
    /// <exception cref="IOException">No file can be made for another cause.</exception>
    public static void RequireWritable(string folder, string name = "")
    {
        if (UnixFile.Status(folder) is { IsReadOnly: true } status)
        {
            throw new UnauthorizedAccessException(
                $"The folder '{folder}' is read-only (mode {status.Octal}). Allow writing in it, or name another place.");
        }

        // The name itself must not appear, not even for a moment.
        string other = Path.Combine(folder, Temporary.NewName("try").PadLeft(Encoding.UTF8.GetByteCount(name), '_'));
        try
        {
            FileSystem.Current.TryCreate(other);
        }
        catch (PathTooLongException error)
        {
            throw new PathTooLongException($"The name '{name}' is too long for a file in '{folder}'. Choose a shorter one.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new UnauthorizedAccessException(
                $"In the folder '{folder}' no file may be made by this user. Allow it, or name another place.", error);
        }
        catch (IOException error)
        {
            throw new IOException($"In the folder '{folder}' no file can be made: {error.Message}", error);
        }
    }

    /// <summary>Complains where a file of a size does not fit.</summary>
    /// <param name="folder">A folder that is there.</param>
    /// <param name="bytes">The size; about.</param>
    /// <param name="what">What the error calls the file.</param>
    /// <exception cref="IOException">There is too little room.</exception>
    public static void RequireSpace(string folder, long bytes, string what)
    {
        if (FreeSpace(folder) is { } free && free < bytes)
        {
            throw new IOException(
                FormattableString.Invariant($"The disk of '{folder}' has {free / 1e6:N0} MB free; {what} needs about {bytes / 1e6:N0} MB ")
                + "there. Make room, or name another place.");
        }
    }

    private static long? FreeSpace(string folder)
    {
        try
        {
            DriveInfo drive = new(folder);
            return drive.TotalSize > 0 ? drive.AvailableFreeSpace : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // a network share, or a file system that does not say
        }
    }
}
