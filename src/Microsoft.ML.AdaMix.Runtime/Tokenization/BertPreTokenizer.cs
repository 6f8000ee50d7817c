using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Splits cleaned text at white space, and takes every punctuation character as a word of its own.</summary>
internal static class BertPreTokenizer
{
    private static readonly CharacterSet Punctuation = CharacterTables.Set("punctuation");
    private static readonly CharacterSet White = CharacterTables.Set("white");
    private static readonly CharacterSet Bounds = CharacterSet.Union(Punctuation, White);

    public static List<(int Offset, int Length)> Split(ReadOnlySpan<char> text)
    {
        List<(int Offset, int Length)> words = new((text.Length / 5) + 1);
        int start = 0;
        for (int position = 0, width; position < text.Length; position += width)
        {
            int code = CodeAt(text, position, out width);
            if (Bounds.Contains(code))
            {
                AddWord(words, start, position);
                start = position + width;
                if (!White.Contains(code))
                {
                    words.Add((position, width));
                }
            }
        }

        AddWord(words, start, text.Length);
        return words;
    }

    /// <summary>Where the word begins that reaches the end of the text; the text's length if none does.</summary>
    public static int LastWordStart(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0)
        {
            Rune.DecodeLastFromUtf16(text[..start], out Rune rune, out int width);
            if (Bounds.Contains(rune.Value))
            {
                break;
            }

            start -= width;
        }

        return start;
    }

    private static int CodeAt(ReadOnlySpan<char> text, int position, out int width)
    {
        if (char.IsSurrogate(text[position]))
        {
            Rune.DecodeFromUtf16(text[position..], out Rune rune, out width);
            return rune.Value;
        }

        width = 1;
        return text[position];
    }

    private static void AddWord(List<(int Offset, int Length)> words, int start, int end)
    {
        if (end > start)
        {
            words.Add((start, end - start));
        }
    }
}
