namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>What was meant by a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary>A question to put behind an error, with a blank before it; empty where no word is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        int allowed = word.Length < 4 ? 1 : Math.Max(2, word.Length / 3);
        string[] near = [.. known
            .Select(candidate => (candidate, Distance: Distance(word, candidate)))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.candidate)
            .Take(2)];
        return near.Length == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
    }

    /// <summary>The same for the name of a class among words: of those, case counts and commas stand between them.</summary>
    public static string ForClass(string name, IReadOnlyCollection<string> classes) =>
        name.Contains('=') ? " Words of different classes have a comma between them, as in 1=great,0=terrible."
        : classes.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } same
        ? $" Case counts: write {same}."
        : For(name, classes);

    // Levenshtein's, without regard to case: how many letters have to be put in, left out or changed.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int change = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
