namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>A string, found from left to right.</summary>
internal sealed class StringPattern(string wanted) : IPattern
{
    public bool IsLocal { get; } = !LocalText.HasBlankBehindLetter(wanted);

    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = [];
        int done = 0;
        for (int found; (found = text[done..].IndexOf(wanted, StringComparison.Ordinal)) >= 0; done += found + wanted.Length)
        {
            if (found > 0)
            {
                matches.Add(new(done, done + found, false));
            }

            matches.Add(new(done + found, done + found + wanted.Length, true));
        }

        if (done < text.Length)
        {
            matches.Add(new(done, text.Length, false));
        }

        return matches;
    }
}
