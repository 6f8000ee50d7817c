using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>
/// BERT's cleaning of text: control characters go, white space becomes a blank, Chinese characters stand alone, accents and case go if the
/// model was trained so. Works on code points and is the same in every culture and globalisation mode.
/// </summary>
/// <param name="CleansText">Whether control characters go and white space becomes a blank.</param>
/// <param name="SplitsChinese">Whether Chinese characters stand alone.</param>
/// <param name="StripsAccents">Whether accents go.</param>
/// <param name="LowersCase">Whether case goes.</param>
internal sealed record BertNormalizer(bool CleansText, bool SplitsChinese, bool StripsAccents, bool LowersCase) : INormalizer
{
    private static readonly CharacterSet Control = CharacterTables.Set("control");
    private static readonly CharacterSet White = CharacterTables.Set("white");
    private static readonly CharacterSet Chinese = CharacterTables.Set("chinese");

    public bool IsLocal => true;

    public Stretch Normalize(Stretch stretch)
    {
        string text = stretch.ToString();
        string normalized = Normalize(text);
        int head = Math.Min(stretch.Head, text.Length);
        return new Stretch(normalized.AsMemory(), head == 0 ? 0 : Normalize(text[..head]).Length);
    }

    public string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return LowersCase ? text.ToLowerInvariant() : text;
        }

        string cleaned = Clean(text);
        if (StripsAccents)
        {
            cleaned = AccentStripper.Strip(cleaned);
        }

        return LowersCase ? CharacterMap.LowerCase.Replace(cleaned) : cleaned;
    }

    private string Clean(string text)
    {
        StringBuilder cleaned = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~')
            {
                cleaned.Append((char)rune.Value);
            }
            else if (CleansText && Control.Contains(rune.Value))
            {
                // Dropped; U+0085 too, though it is white space: the reference looks for control characters first.
            }
            else if (CleansText && White.Contains(rune.Value))
            {
                cleaned.Append(' ');
            }
            else if (SplitsChinese && Chinese.Contains(rune.Value))
            {
                cleaned.Append(' ').AppendRune(rune);
                cleaned.Append(' ');
            }
            else
            {
                cleaned.AppendRune(rune);
            }
        }

        return cleaned.ToString();
    }
}
