using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>What Oniguruma's <c>(?i)</c> takes for the same.</summary>
internal static class CaseFolding
{
    // Characters that are several others without case, as the sharp s is "ss", with those.
    private static readonly Dictionary<int, int[]> Long = CharacterTables.Map("fold.long");
    private static readonly Dictionary<int, int> Common = CommonForms();
    private static readonly int[][] Alike =
        [.. Common.GroupBy(entry => entry.Value, entry => entry.Key).Select(group => (int[])[group.Key, .. group])];

    /// <summary>A set of single characters with all that is written alike.</summary>
    public static CharacterSet Apply(CharacterSet set) => CharacterSet.Union(
        set, CharacterSet.Of([.. Alike.Where(alike => alike.Any(set.Contains)).SelectMany(alike => alike)]));

    /// <summary>What a class holds, which is not negated.</summary>
    /// <exception cref="InvalidDataException">It would match several characters as one.</exception>
    public static CharacterSet ApplyToClass(CharacterSet set, PatternReader reader)
    {
        CharacterSet all = Apply(set);
        return Long.Any(entry => all.Contains(entry.Key) && !all.Contains(entry.Value[0]))
            ? throw reader.Refuse("a class in a part that ignores case with a character that is several without case")
            : all;
    }

    /// <summary>A character by itself.</summary>
    /// <param name="reader">Reads the pattern.</param>
    /// <param name="code">The character.</param>
    /// <param name="before">The one right before it; null for none.</param>
    /// <exception cref="InvalidDataException">It would match several characters as one, or one as both.</exception>
    public static CharacterSet Literal(PatternReader reader, int code, int? before)
    {
        int common = CommonForm(code);
        CharacterSet literal = Apply(CharacterSet.Of(code));
        return Long.Keys.Any(literal.Contains) ? throw reader.Refuse("a character that is several without case")
            : before is { } last && Long.Values.Any(several => several[0] == CommonForm(last) && several[1] == common)
                ? throw reader.Refuse("two characters in a part that ignores case which are one there ('ss', 'fi' and the like)")
            : literal;
    }

    private static int CommonForm(int code) => Common.GetValueOrDefault(code, code);

    private static Dictionary<int, int> CommonForms()
    {
        Dictionary<int, int> common = [];
        foreach ((int code, int[] lower) in CharacterTables.Map("lowercase").Where(entry => entry.Value.Length == 1))
        {
            common[code] = lower[0];
        }

        foreach ((int code, int[] fold) in CharacterTables.Map("fold"))
        {
            common[code] = fold[0];
        }

        return common;
    }
}
