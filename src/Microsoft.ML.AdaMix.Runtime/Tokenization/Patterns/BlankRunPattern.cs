namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Two blanks or more, <c> {2,}</c>, which nearly every SentencePiece tokenizer looks for.</summary>
internal sealed class BlankRunPattern : IPattern
{
    public const string Regex = " {2,}";

    public bool IsLocal => true;

    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = [];
        int done = 0;
        for (int found; (found = text[done..].IndexOf("  ", StringComparison.Ordinal)) >= 0;)
        {
            int start = done + found;
            int length = text[start..].IndexOfAnyExcept(' ');
            int end = length < 0 ? text.Length : start + length;
            if (start > done)
            {
                matches.Add(new(done, start, false));
            }

            matches.Add(new(start, end, true));
            done = end;
        }

        if (done < text.Length)
        {
            matches.Add(new(done, text.Length, false));
        }

        return matches;
    }
}
