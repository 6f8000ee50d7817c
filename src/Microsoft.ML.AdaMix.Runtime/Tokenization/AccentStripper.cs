using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Takes accents off: canonical decomposition (NFD) without nonspacing marks. From a table of our own, because
/// <see cref="string.Normalize()"/> does nothing in globalization-invariant applications.
/// </summary>
internal static class AccentStripper
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11172;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeFirstTail = 0x11A7;

    private static readonly Dictionary<int, string> Decompositions = Read();

    public static string Strip(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        StringBuilder stripped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Decompositions.TryGetValue(rune.Value, out string? parts))
            {
                stripped.Append(parts);
            }
            else if (rune.Value is >= FirstSyllable and < FirstSyllable + Syllables)
            {
                AppendSyllable(stripped, rune.Value - FirstSyllable);
            }
            else if (rune.IsAscii || Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                BertNormalizer.Append(stripped, rune);
            }
        }

        return stripped.ToString();
    }

    private static void AppendSyllable(StringBuilder stripped, int index)
    {
        stripped.Append((char)(FirstLead + (index / (Vowels * Tails))));
        stripped.Append((char)(FirstVowel + (index % (Vowels * Tails) / Tails)));
        if (index % Tails != 0)
        {
            stripped.Append((char)(BeforeFirstTail + (index % Tails)));
        }
    }

    private static Dictionary<int, string> Read()
    {
        using Stream stream = typeof(AccentStripper).Assembly.GetManifestResourceStream("Decompositions.txt")!;
        using StreamReader reader = new(stream);
        Dictionary<int, string> decompositions = [];
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Rune[] runes = [
                    .. line.Split(' ').Select(code => new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
                decompositions.Add(runes[0].Value, string.Concat(runes.Skip(1).Select(rune => rune.ToString())));
            }
        }

        return decompositions;
    }
}
