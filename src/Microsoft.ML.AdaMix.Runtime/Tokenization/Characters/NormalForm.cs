using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>Unicode's normal forms by the Rust library's tables, the same in every globalisation mode.</summary>
internal static class NormalForm
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11172;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeFirstTail = 0x11A7;
    private const char FirstComposed = '\u00C0'; // nothing before decomposes canonically
    private const char FirstCompatible = '\u00A0'; // nothing before decomposes at all
    private const char FirstMark = '\u0300'; // text before this is composed

    private static readonly Lazy<Dictionary<int, int[]>> Canonical = new(() => CharacterTables.Map("nfd"));
    private static readonly Lazy<Dictionary<int, int[]>> Compatible = new(() => CharacterTables.Map("nfkd"));
    private static readonly Lazy<Dictionary<long, int>> Compositions = new(() => CharacterTables.Map("compose").ToDictionary(
        composed => Pair(composed.Value[0], composed.Value[1]), composed => composed.Key));

    private static readonly Lazy<Dictionary<int, byte>> Classes = new(() => CharacterTables.Names("class.")
        .SelectMany(name => CharacterTables.Set(name).Ranges
            .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
            .Select(code => (code, value: byte.Parse(name.AsSpan("class.".Length), System.Globalization.CultureInfo.InvariantCulture))))
        .ToDictionary(entry => entry.code, entry => entry.value));

    /// <summary>NFD, or NFKD if <paramref name="isCompatible"/>.</summary>
    public static string Decompose(string text, bool isCompatible) =>
        IsBefore(text, isCompatible ? FirstCompatible : FirstComposed) ? text : Decomposed(text, isCompatible).ToText();

    /// <summary>NFC, or NFKC if <paramref name="isCompatible"/>.</summary>
    public static string Compose(string text, bool isCompatible)
    {
        if (IsBefore(text, isCompatible ? FirstCompatible : FirstMark))
        {
            return text;
        }

        List<int> codes = Decomposed(text, isCompatible);
        int count = 0;
        int starter = -1;
        int lastClass = -1; // of what stands between the starter and the next; -1 for nothing
        for (int i = 0; i < codes.Count; i++)
        {
            int code = codes[i];
            int own = Class(code);
            if (starter >= 0 && (lastClass < own || lastClass == -1) && Composed(codes[starter], code) is { } composed)
            {
                codes[starter] = composed;
                continue;
            }

            if (own == 0)
            {
                starter = count;
                lastClass = -1;
            }
            else
            {
                lastClass = own;
            }

            codes[count++] = code;
        }

        codes.RemoveRange(count, codes.Count - count);
        return codes.ToText();
    }

    /// <summary>A character's canonical decomposition, whole; null if it has none.</summary>
    public static int[]? Decomposition(int code)
    {
        if (code is < FirstSyllable or >= FirstSyllable + Syllables)
        {
            return Canonical.Value.GetValueOrDefault(code);
        }

        int index = code - FirstSyllable;
        int lead = FirstLead + (index / (Vowels * Tails));
        int vowel = FirstVowel + (index % (Vowels * Tails) / Tails);
        return index % Tails == 0 ? [lead, vowel] : [lead, vowel, BeforeFirstTail + (index % Tails)];
    }

    private static bool IsBefore(string text, char bound) => !text.AsSpan().ContainsAnyInRange(bound, char.MaxValue);

    private static List<int> Decomposed(string text, bool isCompatible)
    {
        List<int> codes = new(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int[]? parts = rune.Value < FirstCompatible ? null
                : isCompatible && Compatible.Value.TryGetValue(rune.Value, out int[]? compatible) ? compatible
                : Decomposition(rune.Value);
            if (parts is null)
            {
                codes.Add(rune.Value);
            }
            else
            {
                codes.AddRange(parts);
            }
        }

        Order(codes);
        return codes;
    }

    // Marks behind a starter by their classes, those of one class as they came.
    private static void Order(List<int> codes)
    {
        for (int start = 0, end; start < codes.Count; start = end)
        {
            end = start + 1;
            int own = Class(codes[start]);
            bool isOrdered = true;
            for (int before = own; own > 0 && end < codes.Count && Class(codes[end]) is > 0 and var next; end++, before = next)
            {
                isOrdered &= next >= before;
            }

            if (!isOrdered)
            {
                int[] marks = [.. codes.GetRange(start, end - start).OrderBy(Class)];
                for (int i = 0; i < marks.Length; i++)
                {
                    codes[start + i] = marks[i];
                }
            }
        }
    }

    private static int Class(int code) => code < FirstMark ? 0 : Classes.Value.GetValueOrDefault(code);

    private static int? Composed(int first, int second)
    {
        if (first is >= FirstLead and < FirstLead + Leads && second is >= FirstVowel and < FirstVowel + Vowels)
        {
            return FirstSyllable + ((((first - FirstLead) * Vowels) + second - FirstVowel) * Tails);
        }

        if (first is >= FirstSyllable and < FirstSyllable + Syllables && (first - FirstSyllable) % Tails == 0
            && second is > BeforeFirstTail and < BeforeFirstTail + Tails)
        {
            return first + second - BeforeFirstTail;
        }

        return Compositions.Value.TryGetValue(Pair(first, second), out int composed) ? composed : null;
    }

    private static long Pair(int first, int second) => ((long)first << 32) | (uint)second;
}
