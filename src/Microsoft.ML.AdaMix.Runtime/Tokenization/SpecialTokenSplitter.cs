namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Recognises special-token strings inside a text, the longest at the leftmost place first; the text between goes to the model.
/// </summary>
internal sealed class SpecialTokenSplitter(ISubwordModel model, SpecialTokens special) : ISubwordModel
{
    public void Append(string text, List<int> ids)
    {
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            (string Text, int Id, bool StripsLeft)? match = Match(text, at);
            if (match is not { } token)
            {
                continue;
            }

            ReadOnlySpan<char> before = text.AsSpan(start, at - start);
            AppendPlain((token.StripsLeft ? before.TrimEnd() : before).ToString(), ids);
            ids.Add(token.Id);
            start = at + token.Text.Length;
            at = start - 1;
        }

        AppendPlain(start == 0 ? text : text[start..], ids);
    }

    private void AppendPlain(string text, List<int> ids)
    {
        if (text.Length > 0)
        {
            model.Append(text, ids);
        }
    }

    private (string Text, int Id, bool StripsLeft)? Match(string text, int at)
    {
        (string Text, int Id, bool StripsLeft)? best = null;
        foreach ((string Text, int Id, bool StripsLeft) token in special.InText)
        {
            if (token.Text.Length > (best?.Text.Length ?? 0) && text.AsSpan(at).StartsWith(token.Text, StringComparison.Ordinal))
            {
                best = token;
            }
        }

        return best;
    }
}
