namespace Microsoft.ML.AdaMix.Files;

/// <summary>Writes into a file whose place nothing can take. On a failure the old content comes back; after a kill it does not.</summary>
internal static class InPlace
{
    private const int Piece = 1 << 17;

    /// <param name="complete">A temporary file with the new content.</param>
    /// <param name="target">The file.</param>
    /// <exception cref="IOException">It failed. The message says so where the old content could not be brought back.</exception>
    public static void Write(string complete, string target)
    {
        (string old, Stream backup) = Temporary.CreateFile(
            Path.GetDirectoryName(complete)!, Path.GetFileName(target), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string? lost = null;
        try
        {
            using (backup)
            {
                using FileStream before = Reading(target);
                before.CopyTo(backup, Piece);
                try
                {
                    Copy(complete, target);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    lost = TryCopy(old, target) ? null : Keep(old);
                    throw lost is null ? error : new IOException(
                        $"'{target}' could be written only in part: {error.Message} What stood in it is in '{lost}'.", error);
                }
            }
        }
        finally
        {
            if (lost is null)
            {
                Temporary.Remove(old);
            }
        }
    }

    private static bool TryCopy(string from, string to)
    {
        try
        {
            Copy(from, to);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Copy(string from, string to)
    {
        using FileStream source = Reading(from);
        using Stream target = FileSystem.Current.Open(to, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Write,
            Share = FileShare.Read,
        });
        source.CopyTo(target, Piece);
        target.SetLength(source.Length);
        FileSystem.Current.Flush(target);
    }

    // Under a name that nobody takes for a leftover.
    private static string Keep(string file)
    {
        string kept = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileName(file)}.kept");
        FileSystem.Current.Rename(file, kept);
        return kept;
    }

    private static FileStream Reading(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
