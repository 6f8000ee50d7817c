namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// Gives a folder new files, one by one: each name has its old content or its new one at each moment. On a failure all old ones come
/// back; a kill between two files leaves some of both.
/// </summary>
internal static class FolderFiles
{
    /// <summary>Moves files into a folder, and files away that are not among them.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="temporary">Holds the new files; in it the older ones stay, as long as they may have to come back.</param>
    public static void Replace(string target, string temporary)
    {
        string[] files = [.. Names(temporary)];
        string[] stale = [.. Names(target).Except(files, StringComparer.Ordinal)];
        string old = Path.Combine(temporary, Temporary.NewName("old"));
        FileSystem.Current.CreateFolder(old);
        Stack<Action> undo = new();
        try
        {
            foreach (string folder in files.Concat(stale).Select(file => Path.GetDirectoryName(file)!).Where(name => name.Length > 0)
                .Distinct(StringComparer.Ordinal))
            {
                FileSystem.Current.CreateFolder(Path.Combine(old, folder));
                Make(Path.Combine(target, folder), undo);
            }

            foreach (string file in files)
            {
                // Of a link that gets new content the file is replaced that it leads to; of another one the link itself goes.
                string real = LinkPath.Follow(Path.Combine(target, file));
                Replace(Path.Combine(temporary, file), real, Path.Combine(old, file), undo);
            }

            foreach (string file in stale)
            {
                Move(Path.Combine(target, file), Path.Combine(old, file), undo);
            }

            Flush(target);
        }
        catch (Exception)
        {
            while (undo.TryPop(out Action? action))
            {
                action();
            }

            throw;
        }
    }

    /// <summary>Gives a new file or folder the mode and the owner of the older one, if there is one.</summary>
    public static void TakeOver(string path, string old)
    {
        if (!OperatingSystem.IsWindows() && UnixFile.Status(old) is { } status)
        {
            FileSystem.Current.TakeOver(path, status);
        }
    }

    /// <summary>Lets the disk have the names in a folder and in those within it.</summary>
    public static void Flush(string folder)
    {
        foreach (string inner in Folders(folder))
        {
            FileSystem.Current.FlushFolder(Path.Combine(folder, inner));
        }

        FileSystem.Current.FlushFolder(folder);
    }

    // Files of a folder and of those within it, without what is being gathered there.
    private static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Concat(Folders(folder).SelectMany(
            inner => Names(Path.Combine(folder, inner)).Select(file => Path.Combine(inner, file))));

    private static IEnumerable<string> Folders(string folder) =>
        Directory.GetDirectories(folder).Select(inner => Path.GetFileName(inner)).Where(inner => !Temporary.IsName(inner));

    private static void Make(string folder, Stack<Action> undo)
    {
        if (!Directory.Exists(folder))
        {
            FileSystem.Current.CreateFolder(folder);
            undo.Push(() => FileSystem.Current.DeleteFolder(folder, recursive: false));
        }
    }

    private static void Replace(string file, string real, string backup, Stack<Action> undo)
    {
        if (!File.Exists(real))
        {
            Move(file, real, undo);
            return;
        }

        TakeOver(file, real);
        if (FileSystem.Current.Exchange(file, real))
        {
            undo.Push(() => FileSystem.Current.Exchange(file, real));
            return;
        }

        AtomicFile.Write(backup, copy =>
        {
            using FileStream content = new(real, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            content.CopyTo(copy);
        });
        TakeOver(backup, real);
        FileSystem.Current.Rename(file, real);
        undo.Push(() => FileSystem.Current.Rename(backup, real));
    }

    private static void Move(string from, string to, Stack<Action> undo)
    {
        FileSystem.Current.Rename(from, to);
        undo.Push(() => FileSystem.Current.Rename(to, from));
    }
}
