namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Matches what lies between the matches of another pattern.</summary>
internal sealed class InvertedPattern(IPattern pattern) : IPattern
{
    public bool IsLocal => pattern.IsLocal;

    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = pattern.Split(text);
        for (int i = 0; i < matches.Count; i++)
        {
            matches[i] = matches[i] with { IsMatch = !matches[i].IsMatch };
        }

        return matches;
    }
}
