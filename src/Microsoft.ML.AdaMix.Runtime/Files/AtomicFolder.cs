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
    /// <param name="own">
    /// Whether a name is one that could have been written here before: a file's, "folder/file", or "folder/" of a folder in it.
    /// </param>
    /// <param name="write">Gets the temporary folder's path, for <see cref="WriteFile"/>.</param>
    /// <exception cref="IOException">The target is a file, or a folder that cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file in it is read-only.</exception>
    public static void Write(string path, bool overwrite, Func<string, bool> own, Action<string> write)
    {
        Require(path, overwrite, own);
        string target = Follow(path);
        if (Directory.Exists(target))
        {
            Replace(target, folder => Check(target, folder, overwrite, own), write);
        }
        else
        {
            Create(target, write);
        }
    }

    /// <summary>Writes a file into the temporary folder, or "folder/file" into a folder in it.</summary>
    public static void WriteFile(string folder, string name, Action<Stream> write)
    {
        string path = Path.Combine(folder, name);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            FileSystem.Current.CreateFolder(Path.GetDirectoryName(path)!);
        }

        using Stream file = FileSystem.Current.Create(path, mode: null);
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
        Check(target, target, overwrite, own);
    }

    private static string Follow(string path) => LinkPath.Follow(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    // Without what is being gathered in it, or was when somebody was killed.
    private static IEnumerable<string> Entries(string folder) =>
        Directory.GetFileSystemEntries(folder).Where(entry => !Temporary.IsName(Path.GetFileName(entry)));

    private static void Check(string target, string folder, bool overwrite, Func<string, bool> own)
    {
        string[] entries = Directory.Exists(folder) ? [.. Entries(folder)] : [];
        if (entries.Length > 0 && !overwrite)
        {
            string more = entries.Length > 1 ? $" and {entries.Length - 1} more" : string.Empty;
            throw new IOException(
                $"The folder '{target}' is not empty ({Path.GetFileName(entries[0])}{more})."
                + " Choose another one, or say that it may be overwritten.");
        }

        if (entries.Select(entry => Foreign(entry, Path.GetFileName(entry), own)).FirstOrDefault(name => name is not null) is { } other)
        {
            throw new IOException(
                $"The folder '{target}' holds '{other}', which would be lost and is not of an export."
                + " Choose another folder, or move it away.");
        }
    }

    // The name of what is not an export's: the entry itself, or what is first found in it.
    private static string? Foreign(string entry, string name, Func<string, bool> own) =>
        Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null && own($"{name}/")
            ? Directory.GetFileSystemEntries(entry)
                .Select(inner => Foreign(inner, $"{name}/{Path.GetFileName(inner)}", own)).FirstOrDefault(inner => inner is not null)
        : File.Exists(entry) && own(name) && !FileTarget.Find(entry).IsStream ? null
        : name;

    private static bool MayBeExchanged(string target) =>
        Path.GetDirectoryName(target) is { } above
        && UnixFile.Status(target) is { IsMount: false } status
        && UnixFile.Status(above)?.Device == status.Device
        && TargetFolder.IsWritable(above)
        && Array.TrueForAll(
            Directory.GetFileSystemEntries(target, "*", SearchOption.AllDirectories),
            entry => new FileInfo(entry).LinkTarget is null && UnixFile.Status(entry) is { IsMount: false });

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
                FolderFiles.Flush(temporary);
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
            FolderFiles.Flush(temporary);
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
        foreach (string entry in Directory.GetFileSystemEntries(temporary, "*", SearchOption.AllDirectories))
        {
            FolderFiles.TakeOver(entry, Path.Combine(target, Path.GetRelativePath(temporary, entry)));
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
