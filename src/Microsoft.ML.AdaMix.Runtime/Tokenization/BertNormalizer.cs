using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// BERT's cleaning of text: control characters go, white space becomes a blank, Chinese characters stand alone, accents and case go if the
/// model was trained so. Works on code points and is the same in every culture and globalisation mode.
/// </summary>
internal sealed class BertNormalizer(TokenizerSettings settings)
{
    public string Normalize(string text)
    {
        string cleaned = Clean(text);
        if (settings.StripAccents)
        {
            cleaned = AccentStripper.Strip(cleaned);
        }

        return settings.LowerCase ? LowerCase(cleaned) : cleaned;
    }

    private string Clean(string text)
    {
        StringBuilder cleaned = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r')
            {
                cleaned.Append(' ');
            }
            else if (rune.Value is 0 or 0xFFFD || IsControl(rune))
            {
                // Dropped; U+0085 too, though it is white space: the reference looks for control characters first.
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                cleaned.Append(' ');
            }
            else if (settings.SplitChinese && IsChinese(rune.Value))
            {
                cleaned.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else
            {
                Append(cleaned, rune);
            }
        }

        return cleaned.ToString();
    }

    private static string LowerCase(string text)
    {
        StringBuilder lower = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == 0x130)
            {
                lower.Append("i\u0307"); // the one character whose full lower case is two characters
            }
            else
            {
                Append(lower, Rune.ToLowerInvariant(rune));
            }
        }

        return lower.ToString();
    }

    internal static void Append(StringBuilder builder, Rune rune)
    {
        if (rune.IsBmp)
        {
            builder.Append((char)rune.Value);
        }
        else
        {
            builder.Append(rune.ToString());
        }
    }

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    // The CJK blocks of the original implementation; Hiragana, Katakana and Hangul are written in words.
    private static bool IsChinese(int value) => value
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
