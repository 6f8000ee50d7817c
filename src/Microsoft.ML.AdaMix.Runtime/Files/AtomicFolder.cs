namespace Microsoft.ML.AdaMix.Files;

/// <summary>Writes a folder whole or not at all.</summary>
/// <remarks>
/// <para>
/// A folder is gathered beside its place. A new one is renamed; one that is there is exchanged with it by one call of the system, so that
/// at each moment the old one or the new one is there. The new one gets mode and owner of the old one, and its files those of the older
/// files. A symbolic link to the folder is followed.
/// </para>
/// <para>
/// A folder that cannot be exchanged gets its files one by one, as <see cref="FolderFiles"/> says: one that is mounted, one in a folder
/// that may not be written, one that holds links, and any where the system has no such call.
/// </para>
/// </remarks>
internal static class AtomicFolder
{
    private const int Busy = 16; // EBUSY, on Linux and macOS: a folder that is mounted

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
    /// <param name="write">Gets the temporary folder's path, for <see cref="WriteFile"/>.</param>
    /// <exception cref="IOException">The target is a file, or a folder that cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    public static void Write(string path, bool overwrite, Func<string, bool> own, Action<string> write)
    {
        Require(path, overwrite, own);
        string target = Follow(path);
        if (Directory.Exists(target))
        {
            Replace(target, folder => Check(target, Entries(folder), overwrite, own), write);
        }
        else
        {
            Create(target, write);
        }
    }

    /// <summary>Writes a file into the temporary folder.</summary>
    public static void WriteFile(string folder, string name, Action<Stream> write)
    {
        using Stream file = FileSystem.Current.Create(Path.Combine(folder, name), mode: null);
        using GatheringStream gathering = new(file);
        write(gathering);
        gathering.Complete();
        FileSystem.Current.Flush(file);
    }

    /// <summary>Complains, before anything is written, where <see cref="Write"/> would.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void Require(string path, bool overwrite, Func<string, bool> own)
    {
        string target = Follow(path);
        TargetFolder.RequireWritable(TargetFolder.Existing(target));
        Check(target, Directory.Exists(target) ? Entries(target) : [], overwrite, own);
    }

    private static string Follow(string path) => LinkPath.Follow(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    // Without what is being gathered in it, or was when somebody was killed.
    private static IEnumerable<string> Entries(string folder) =>
        Directory.GetFileSystemEntries(folder).Where(entry => !Temporary.IsName(Path.GetFileName(entry)));

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

    private static bool MayBeExchanged(string target) =>
        Path.GetDirectoryName(target) is { } above
        && UnixFile.Status(target) is { IsMount: false } status
        && UnixFile.Status(above)?.Device == status.Device
        && TargetFolder.IsWritable(above)
        && Array.TrueForAll(Directory.GetFileSystemEntries(target), entry => new FileInfo(entry).LinkTarget is null);

    // In the folder where it will be, which is made before: there the next process looks for what this one may leave.
    private static void Create(string target, Action<string> write)
    {
        string above = Path.GetDirectoryName(target)!;
        string existing = TargetFolder.Existing(above);
        try
        {
            if (existing != above)
            {
                FileSystem.Current.CreateFolder(above);
            }

            Gather(above, target, mode: null, temporary =>
            {
                write(temporary);
                FileSystem.Current.FlushFolder(temporary);
                FileSystem.Current.RenameFolder(temporary, target);
            });
            for (string folder = above; folder.Length >= existing.Length; folder = Path.GetDirectoryName(folder) ?? string.Empty)
            {
                FileSystem.Current.FlushFolder(folder);
            }
        }
        catch
        {
            for (string made = above; made != existing && IsEmpty(made); made = Path.GetDirectoryName(made)!)
            {
                FileSystem.Current.DeleteFolder(made, recursive: false);
            }

            throw;
        }
    }

    private static bool IsEmpty(string folder) => Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any();

    private static void Replace(string target, Action<string> check, Action<string> write)
    {
        bool beside = MayBeExchanged(target);
        Gather(beside ? Path.GetDirectoryName(target)! : target, target, HeldFolder.Private, temporary =>
        {
            write(temporary);
            FileSystem.Current.FlushFolder(temporary);
            check(target);
            if (!beside || !TryExchange(temporary, target, check))
            {
                FolderFiles.Replace(target, temporary);
            }
        });
    }

    private static void Gather(string above, string target, UnixFileMode? mode, Action<string> use)
    {
        using HeldFolder temporary = HeldFolder.Create(above, Path.GetFileName(target), mode);
        use(temporary.Path);
    }

    // False where these two cannot be exchanged. Nothing has changed then, except that the temporary folder has its modes and owners.
    private static bool TryExchange(string temporary, string target, Action<string> recheck)
    {
        using IDisposable? hold = FileSystem.Current.Hold(target); // after the exchange it has the temporary one's name
        foreach (string file in Directory.GetFiles(temporary))
        {
            FolderFiles.TakeOver(file, Path.Combine(target, Path.GetFileName(file)));
        }

        FolderFiles.TakeOver(temporary, target);
        if (!TryExchange(temporary, target))
        {
            return false;
        }

        try
        {
            recheck(temporary); // somebody may have put a file of his into the old one meanwhile
            FileSystem.Current.FlushFolder(Path.GetDirectoryName(target)!);
        }
        catch
        {
            FileSystem.Current.Exchange(temporary, target);
            throw;
        }

        return true;
    }

    private static bool TryExchange(string temporary, string target)
    {
        try
        {
            return FileSystem.Current.Exchange(temporary, target);
        }
        catch (UnauthorizedAccessException)
        {
            return false; // a folder like /tmp, where nobody renames what is another user's
        }
        catch (IOException error) when (error.HResult == Busy)
        {
            return false;
        }
    }
}
