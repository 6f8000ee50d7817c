namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Each child removes what its forerunner left, so that there is never more than one child leaves.</summary>
internal static class LeftoverCheck
{
    // A file or folder beside each of two targets at the most; in the temporary folder one of a save, one of the tool, one in place.
    private const int MostBeside = 2;
    private const int MostTemporary = 3;

    /// <returns>What is there too much; null where nothing is.</returns>
    public static string? Run(string folder)
    {
        string[] beside = Directory.GetFileSystemEntries(folder, "*.adamix.tmp", SearchOption.AllDirectories);
        string temporary = Path.Combine(folder, "temporary");
        int inTemporary = Directory.GetFileSystemEntries(temporary).Length;
        int others = beside.Count(entry => !entry.StartsWith(temporary, StringComparison.Ordinal));
        return others > MostBeside ? $"There are {others} temporary files: {string.Join(", ", beside)}"
            : inTemporary > MostTemporary ? $"There are {inTemporary} files and folders in the temporary folder."
            : null;
    }
}
