using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Single characters of a set, each a match of its own.</summary>
internal sealed class CharacterPattern(CharacterSet set) : IPattern
{
    public bool IsLocal => true;

    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = new((text.Length / 4) + 1);
        int done = 0;
        for (int at = 0, width; at < text.Length; at += width)
        {
            int code = text[at];
            width = 1;
            if (char.IsHighSurrogate(text[at]) && Rune.DecodeFromUtf16(text[at..], out Rune rune, out width)
                == System.Buffers.OperationStatus.Done)
            {
                code = rune.Value;
            }

            if (set.Contains(code))
            {
                if (at > done)
                {
                    matches.Add(new(done, at, false));
                }

                matches.Add(new(at, at + width, true));
                done = at + width;
            }
        }

        if (done < text.Length)
        {
            matches.Add(new(done, text.Length, false));
        }

        return matches;
    }
}
