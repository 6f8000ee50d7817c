using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>What is not matched by <c>\w+|[^\w\s]+</c> in Rust's own expressions.</summary>
internal sealed class WordPattern : IPattern
{
    private static readonly CharacterSet Word = CharacterTables.Set("regex.word");
    private static readonly CharacterSet White = CharacterTables.Set("white");

    public bool IsLocal => true;

    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = [];
        int kindBefore = -1;
        for (int at = 0, width; at < text.Length; at += width)
        {
            Rune.DecodeFromUtf16(text[at..], out Rune rune, out width);
            int kind = Word.Contains(rune.Value) ? 0 : White.Contains(rune.Value) ? 1 : 2;
            if (kind == kindBefore)
            {
                matches[^1] = matches[^1] with { End = at + width };
            }
            else
            {
                matches.Add(new(at, at + width, kind == 1));
            }

            kindBefore = kind;
        }

        return matches;
    }
}
