using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Splits text by GPT-2's pattern <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, over code points
/// and in one pass, so that it is linear and the same in every globalisation mode.
/// </summary>
internal static class Gpt2PreTokenizer
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private const int LongestContraction = 3;
    private static readonly CharacterSet Letters = Categories("category.L");
    private static readonly CharacterSet Numbers = Categories("category.N");
    private static readonly CharacterSet Spaces = CharacterTables.Set("pattern.space");

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>Where the word ends that begins at a place; all words together are the whole text.</summary>
    public static int WordEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'')
        {
            foreach (string contraction in Contractions)
            {
                if (text[start..].StartsWith(contraction, StringComparison.Ordinal))
                {
                    return start + contraction.Length;
                }
            }
        }

        int body = text[start] == ' ' ? start + 1 : start;
        if (body < text.Length && KindAt(text, body, out int width) is var kind and not Kind.Space)
        {
            return RunEnd(text, body + width, kind);
        }

        // White space: all of it at the end of the text, otherwise all but the last, which may open the next word.
        int end = RunEnd(text, start, Kind.Space);
        return end == text.Length || end - start == 1 ? end : end - 1;
    }

    /// <summary>Whether a word could end elsewhere, if the text went on behind its last character.</summary>
    public static bool CouldGoOn(ReadOnlySpan<char> text, int start, int end) =>
        end == text.Length || (text[start] == '\'' && text.Length - start < LongestContraction);

    /// <summary>
    /// What is certain of a word that reaches the end of a text that goes on: all of it, but of white space all but the last, which may
    /// open the next word.
    /// </summary>
    public static ReadOnlySpan<char> Certain(ReadOnlySpan<char> word) =>
        RunEnd(word, 0, Kind.Space) == word.Length ? word[..^1] : word;

    private static int RunEnd(ReadOnlySpan<char> text, int position, Kind kind)
    {
        while (position < text.Length && KindAt(text, position, out int width) == kind)
        {
            position += width;
        }

        return position;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int position, out int width)
    {
        char first = text[position];
        if (char.IsAscii(first))
        {
            width = 1;
            return char.IsAsciiLetter(first) ? Kind.Letter : char.IsAsciiDigit(first) ? Kind.Number : char.IsWhiteSpace(first)
                ? Kind.Space
                : Kind.Other;
        }

        Rune.DecodeFromUtf16(text[position..], out Rune rune, out width);
        return Letters.Contains(rune.Value) ? Kind.Letter
            : Spaces.Contains(rune.Value) ? Kind.Space
            : Numbers.Contains(rune.Value) ? Kind.Number
            : Kind.Other;
    }

    private static CharacterSet Categories(string beginning) =>
        CharacterSet.Union(CharacterTables.Names(beginning).Select(CharacterTables.Set));
}
