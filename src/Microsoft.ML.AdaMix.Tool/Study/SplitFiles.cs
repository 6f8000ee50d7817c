using System.Globalization;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Where a folder of few-shot splits has its training rows.</summary>
internal static class SplitFiles
{
    /// <summary>What the files are called.</summary>
    public const string Pattern = "train-k*-seed*.tsv";

    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<string> All(string folder) =>
        [.. Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal)];

    /// <summary>The file of a number of rows and a split.</summary>
    public static string Path(string folder, int rows, int split) => System.IO.Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"train-k{rows}-seed{split}.tsv"));

    /// <summary>The same; it must be there.</summary>
    /// <exception cref="FileNotFoundException">It is not.</exception>
    public static string Find(string folder, int rows, int split)
    {
        string path = Path(folder, rows, split);
        if (File.Exists(path))
        {
            return path;
        }

        string[] there = Directory.Exists(folder) ? [.. All(folder).Select(System.IO.Path.GetFileName).OfType<string>()] : [];
        throw new FileNotFoundException(
            $"'{path}' is not there: the training rows of split {split} with {Counts.Of(rows, "row")}. "
            + (there.Length == 0
                ? $"The folder '{folder}' has no files called {Pattern}. Name a file with --train-file, from which splits are drawn."
                : $"The folder has {string.Join(", ", there)}. Name other numbers of rows with --k, or fewer splits with --splits."),
            path);
    }
}
