namespace Microsoft.ML.AdaMix.Files;

/// <summary>Follows symbolic links by hand: to their end also where nothing stands there, which is where a file is to be made.</summary>
internal static class LinkPath
{
    private const int MostLinks = 40;
    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>The path without links in any of its parts; of an open file's descriptor, the descriptor.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Follow(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        Stack<string> rest = new(Parts(full[real.Length..]));
        for (int links = 0; rest.TryPop(out string? part);)
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (IsDescriptor(next) || new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"'{path}': the symbolic links lead in a circle, or are more than {MostLinks}.");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(Path.GetFullPath(target))!;
                target = Path.GetFullPath(target)[real.Length..];
            }

            foreach (string further in Parts(target))
            {
                rest.Push(further);
            }
        }

        return real;
    }

    /// <summary>Whether a path without links is an open file's: /proc/self/fd/1, to which /dev/stdout leads, or /dev/fd/1.</summary>
    public static bool IsDescriptor(string real) =>
        !OperatingSystem.IsWindows()
        && Path.GetDirectoryName(real) is { } folder
        && (folder == "/dev/fd"
            || (folder.StartsWith("/proc/", StringComparison.Ordinal) && folder.EndsWith("/fd", StringComparison.Ordinal)));

    // The last part first, as a stack takes them.
    private static IEnumerable<string> Parts(string path) =>
        path.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}
