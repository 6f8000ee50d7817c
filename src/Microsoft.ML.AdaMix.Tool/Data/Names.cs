namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Labels and names of columns in messages: in quotes, so that blanks and commas in them show.</summary>
internal static class Names
{
    private const int Shown = 20;
    private const int Longest = 60;

    public static string Quote(string name) => name.Length <= Longest ? $"'{name}'" : $"'{name[..Longest]}...'";

    /// <summary>Names with commas between them, the first ones where there are many.</summary>
    public static string Quote(IReadOnlyCollection<string> names, int shown = Shown) =>
        string.Join(", ", names.Take(shown).Select(Quote)) + (names.Count > shown ? ", ..." : "");
}
