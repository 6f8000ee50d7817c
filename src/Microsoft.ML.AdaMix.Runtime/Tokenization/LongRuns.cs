using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Leaves out of a long text what BERT's words do not depend on: all blanks of a run but one, dropped characters, and the rest of a word
/// that is too long for WordPiece anyway.
/// </summary>
/// <remarks>
/// The normalizer works on one character at a time, so that what it makes of each alone says what it makes of a text. This costs a look
/// into a table for each character, a small part of normalizing.
/// </remarks>
internal sealed class LongRuns(BertNormalizer normalizer, int mostCharactersOfWord)
{
    private const int ShortText = 1024; // read as it is
    private const int Unicode = 0x110000;

    private byte[]? _kinds; // by code point, found when it is met

    private enum Kind : byte
    {
        Unknown,
        Nothing,
        Blank,
        Letter,
        Other,
    }

    /// <summary>A text of the same words, but for what of too long words is over their limit.</summary>
    public string Shorten(string text)
    {
        if (text.Length < ShortText)
        {
            return text;
        }

        byte[] kinds = _kinds ??= new byte[Unicode]; // several threads may make it, and find the same
        StringBuilder kept = new();
        int letters = 0;
        bool afterBlank = false;
        for (int at = 0, width; at < text.Length; at += width)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out width);
            Kind kind = (Kind)kinds[rune.Value];
            if (kind == Kind.Unknown)
            {
                kinds[rune.Value] = (byte)(kind = Find(rune));
            }

            if (kind != Kind.Nothing)
            {
                letters = kind == Kind.Letter ? letters + 1 : 0;
                if (letters <= mostCharactersOfWord + 1 && !(afterBlank && kind == Kind.Blank))
                {
                    kept.Append(text, at, width);
                }

                afterBlank = kind == Kind.Blank;
            }
        }

        return kept.ToString();
    }

    private Kind Find(Rune rune)
    {
        string normalized = normalizer.Normalize(rune.ToString());
        return normalized.Length == 0 ? Kind.Nothing
            : string.IsNullOrWhiteSpace(normalized) ? Kind.Blank
            : BertPreTokenizer.LastWordStart(normalized) == 0 ? Kind.Letter // one word to its end
            : Kind.Other;
    }
}
