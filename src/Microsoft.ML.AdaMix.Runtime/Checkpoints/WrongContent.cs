using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Recognises what is often found in the place of an encoder's files, and says what to do.</summary>
internal static class WrongContent
{
    private const int Looked = 256;

    /// <summary>Refuses a file of weights that is a pointer of Git LFS or a page of HTML.</summary>
    /// <exception cref="InvalidDataException">It is.</exception>
    public static void RefuseWeights(string path)
    {
        byte[] bytes = new byte[Looked];
        int count;
        using (FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            count = file.ReadAtLeast(bytes, Looked, throwOnEndOfStream: false);
        }

        string start = Encoding.Latin1.GetString(bytes, 0, count).TrimStart();
        if (start.StartsWith("version https://git-lfs", StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"'{path}' is a pointer of Git LFS and not the weights themselves, which were not fetched. Run 'git lfs pull' in its "
                + "folder, or download the file from the model's page.");
        }

        if (start.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException(
                $"'{path}' is a page of HTML and not the weights themselves: a sign-in or an error page was saved. Download the file again "
                + "('resolve' in its address instead of 'blob').");
        }
    }

    /// <summary>What else a folder without config.json is, with the remedy; empty where that is not known.</summary>
    public static string Hint(string folder)
    {
        string[] inside = [.. Directory.EnumerateDirectories(folder).Where(HasConfig).Order(StringComparer.Ordinal)];
        string snapshots = Path.Combine(folder, "snapshots");
        string? snapshot = Directory.Exists(snapshots) ? Directory.EnumerateDirectories(snapshots).FirstOrDefault(HasConfig) : null;
        return snapshot is not null ? $" It is a folder of the hub's cache; give one of its snapshots, '{snapshot}'."
            : inside.Length > 0 ? $" The folder '{inside[0]}' in it has one; give that."
            : File.Exists(Path.Combine(folder, "adapter_config.json"))
                ? " It has an adapter_config.json: an adapter without the encoder that it was trained on, which lies elsewhere."
            : string.Empty;
    }

    private static bool HasConfig(string folder) => File.Exists(Path.Combine(folder, "config.json"));
}
