using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>What killed children left is removed by the next one that writes into the folder.</summary>
internal static class LeftoverCheck
{
    // In the temporary folder one of a save, one of the tool, one in place.
    private const int MostTemporary = 3;

    /// <summary>Writes once into each folder where something was left.</summary>
    /// <returns>What is there too much; null where nothing is.</returns>
    public static string? Run(string folder)
    {
        string temporary = Path.Combine(folder, "temporary");
        foreach (string place in Beside(folder, temporary).Select(entry => Path.GetDirectoryName(entry)!).Distinct().ToArray())
        {
            string written = Path.Combine(place, "written");
            AtomicFile.Write(written, stream => stream.WriteByte(0));
            File.Delete(written);
        }

        string[] beside = [.. Beside(folder, temporary)];
        int inTemporary = Directory.GetFileSystemEntries(temporary).Length;
        return beside.Length > 0 ? $"There are {beside.Length} temporary files: {string.Join(", ", beside)}"
            : inTemporary > MostTemporary ? $"There are {inTemporary} files and folders in the temporary folder."
            : null;
    }

    private static IEnumerable<string> Beside(string folder, string temporary) =>
        Directory.GetFileSystemEntries(folder, "*.adamix.tmp", SearchOption.AllDirectories)
            .Where(entry => !entry.StartsWith(temporary, StringComparison.Ordinal));
}
