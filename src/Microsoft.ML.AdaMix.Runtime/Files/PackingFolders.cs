namespace Microsoft.ML.AdaMix.Files;

/// <summary>
/// The folders in which ML.NET packs and unpacks models, <c>ml_dotnet_*</c>. Those with a model of this library get a lock file, which
/// goes with them; one that a killed process left has a lock that nobody holds, and goes with the next model.
/// </summary>
/// <remarks>Not on Windows, where ML.NET could not remove a folder with an open file in it.</remarks>
internal static class PackingFolders
{
    private const string Prefix = "ml_dotnet_";
    private const string LockFile = "adamix.lock";
    private static readonly Dictionary<string, IDisposable> Held = new(StringComparer.Ordinal);
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>Marks the folder of one of ML.NET's streams as long as this process uses it.</summary>
    public static void Mark(Stream part)
    {
        if (OperatingSystem.IsWindows()
            || part is not FileStream { Name: string file }
            || Path.GetDirectoryName(file) is not { } folder
            || !Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal)
            || Path.GetDirectoryName(folder) is not { } above
            || Temporary.IsName(Path.GetFileName(above))) // is held as a whole
        {
            return;
        }

        try
        {
            if (TryHold(folder))
            {
                Leftovers.Remove(folder, Directory.EnumerateDirectories(above, $"{Prefix}*", All).Where(
                    other => other != folder && File.Exists(Path.Combine(other, LockFile))), LockFile);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A model is saved and loaded without a mark too.
        }
    }

    // Lets go of those that ML.NET has removed.
    private static bool TryHold(string folder)
    {
        lock (Held)
        {
            foreach (string gone in Held.Keys.Where(known => !Directory.Exists(known)).ToArray())
            {
                Held.Remove(gone, out IDisposable? hold);
                hold!.Dispose();
            }

            if (Held.ContainsKey(folder))
            {
                return false;
            }

            Held.Add(folder, FileSystem.Current.Open(Path.Combine(folder, LockFile), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.None,
            }));
            return true;
        }
    }
}
