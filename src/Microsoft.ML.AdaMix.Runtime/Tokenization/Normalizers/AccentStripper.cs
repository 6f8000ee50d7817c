using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>
/// Takes accents off: canonical decomposition (NFD) without nonspacing marks, by the tables of the Rust library.
/// </summary>
internal static class AccentStripper
{
    private static readonly CharacterSet Accents = CharacterTables.Set("nonspacing");

    // Of these the order may change in company.
    private static readonly CharacterSet Ordered = CharacterSet.Union(CharacterTables.Names("class.").Select(CharacterTables.Set))
        .Intersect(Accents.Complement());

    private static readonly Dictionary<int, string> Bare = CharacterTables.Map("nfd").ToDictionary(
        mapping => mapping.Key, mapping => ((int[])[.. mapping.Value.Where(code => !Accents.Contains(code))]).ToText());

    private static readonly CharacterSet Accented = CharacterSet.Union(
        new CharacterSet(Bare.Keys.Select(code => (code, code))), new CharacterSet([(0xAC00, 0xD7A3)]));

    public static string Strip(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        StringBuilder stripped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Accented.Contains(rune.Value))
            {
                stripped.Append(Bare.TryGetValue(rune.Value, out string? bare) ? bare : NormalForm.Decomposition(rune.Value)!.ToText());
            }
            else if (Ordered.Contains(rune.Value))
            {
                return NormalizerReader.Without(NormalForm.Decompose(text, isCompatible: false), Accents);
            }
            else if (!Accents.Contains(rune.Value))
            {
                stripped.AppendRune(rune);
            }
        }

        return stripped.ToString();
    }
}
