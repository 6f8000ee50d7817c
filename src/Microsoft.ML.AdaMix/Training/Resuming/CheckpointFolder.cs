using System.Globalization;
using Microsoft.ML.AdaMix.Files;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>The checkpoints of one training in a folder, named by their steps.</summary>
internal static class CheckpointFolder
{
    private const string Prefix = "checkpoint-";
    private const string Suffix = ".safetensors";

    /// <summary>The checkpoints, the newest one first.</summary>
    public static IReadOnlyList<string> List(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Where(path => StepOf(path) is not null).OrderByDescending(StepOf)]
        : [];

    /// <summary>The step of a checkpoint by its name; null where it is none.</summary>
    public static int? StepOf(string path)
    {
        string name = Path.GetFileName(path);
        return name.Length > Prefix.Length + Suffix.Length
            && int.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? step
            : null;
    }

    /// <summary>The file of a step.</summary>
    public static string PathOf(string folder, int step) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D9}{Suffix}"));

    /// <summary>Removes all but the newest ones.</summary>
    public static void Keep(string folder, int count)
    {
        foreach (string path in List(folder).Skip(count))
        {
            OwnFile.Delete(path);
        }
    }
}
