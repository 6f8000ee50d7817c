using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>
/// Grapheme clusters as the Rust library's: what a reader takes for one character. Only as exact as charsmaps need it, which look at
/// clusters of at most five bytes.
/// </summary>
/// <remarks>Flags, of eight bytes a pair, and conjuncts of Indic scripts, of nine and more, are not put together.</remarks>
internal static class Clusters
{
    private const int Joiner = 0x200D;

    private static readonly CharacterSet Joins = CharacterTables.Set("cluster.joins");
    private static readonly CharacterSet Opens = CharacterTables.Set("cluster.opens");
    private static readonly CharacterSet Controls = CharacterTables.Set("cluster.control");
    private static readonly CharacterSet Pictures = CharacterTables.Set("cluster.picture");

    private enum Jamo
    {
        None,
        Lead,
        Vowel,
        Tail,
        LeadVowel,
        LeadVowelTail,
    }

    /// <summary>Where the cluster ends that begins at a place.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        Rune.DecodeFromUtf16(text[start..], out Rune before, out int width);
        int end = start + width;
        bool isPicture = Pictures.Contains(before.Value);
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text[end..], out Rune next, out width);
            if (!AreTogether(before.Value, next.Value, isPicture))
            {
                break;
            }

            isPicture = Pictures.Contains(next.Value) || (isPicture && Joins.Contains(next.Value));
            before = next;
            end += width;
        }

        return end;
    }

    private static bool AreTogether(int before, int next, bool isPicture)
    {
        if (before < 0x300 && next < 0x300)
        {
            return before == '\r' && next == '\n';
        }

        if (Controls.Contains(before) || Controls.Contains(next))
        {
            return false;
        }

        return Joins.Contains(next) || Opens.Contains(before) || (before == Joiner && isPicture && Pictures.Contains(next))
            || (Kind(before), Kind(next)) switch
            {
                (Jamo.Lead, Jamo.Lead or Jamo.Vowel or Jamo.LeadVowel or Jamo.LeadVowelTail) => true,
                (Jamo.Vowel or Jamo.LeadVowel, Jamo.Vowel or Jamo.Tail) => true,
                (Jamo.Tail or Jamo.LeadVowelTail, Jamo.Tail) => true,
                _ => false,
            };
    }

    private static Jamo Kind(int code) => code switch
    {
        < 0x1100 => Jamo.None,
        <= 0x115F or (>= 0xA960 and <= 0xA97C) => Jamo.Lead,
        <= 0x11A7 or (>= 0xD7B0 and <= 0xD7C6) => Jamo.Vowel,
        <= 0x11FF or (>= 0xD7CB and <= 0xD7FB) => Jamo.Tail,
        >= 0xAC00 and <= 0xD7A3 => (code - 0xAC00) % 28 == 0 ? Jamo.LeadVowel : Jamo.LeadVowelTail,
        _ => Jamo.None,
    };
}
