using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>What a study's folder holds.</summary>
internal static class StudyFolder
{
    public const string Results = "results.jsonl";
    public const string Mixtures = "mixtures";
    public const string Checkpoints = "checkpoints";

    private static readonly string[] Reports = ["*.md", "*.png"];

    /// <summary>Tries, before anything is read or trained, whether a study can be written into a folder.</summary>
    /// <exception cref="IOException">It cannot, or one of its files is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder, or a file that would be added to or replaced, is read-only.</exception>
    public static void Check(string folder)
    {
        WriteCheck.Folder(folder);
        if (!Directory.Exists(folder))
        {
            return;
        }

        WriteCheck.Folder(Path.Combine(folder, Mixtures));
        WriteCheck.Folder(Path.Combine(folder, Checkpoints));
        AppendFile.Require(Path.Combine(folder, Results));
        foreach (string report in Reports.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)))
        {
            WriteCheck.File(report);
        }
    }

    /// <summary>Makes the folder where it is missing; a link is followed.</summary>
    public static void Create(string folder) => AtomicFile.CreateFolder(Path.Combine(folder, Results));
}
