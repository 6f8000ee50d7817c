using System.Buffers;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>
/// Recognises special-token strings inside a text, the longest at the leftmost place first; the text between goes to the model.
/// </summary>
internal sealed class SpecialTokenSplitter(ISubwordModel model, SpecialTokens special) : ISubwordModel
{
    private readonly int _longest = special.InText.Max(token => token.Text.Length);
    private readonly SearchValues<char> _firstCharacters = SearchValues.Create(
        [.. special.InText.Where(token => token.Text.Length > 0).Select(token => token.Text[0])]);
    private readonly bool _stripsLeft = special.InText.Any(token => token.StripsLeft);

    public void Append(string text, bool goesOn, List<int> ids)
    {
        // Of a text that goes on, a special token that begins later may end beyond what is known.
        int end = goesOn ? Math.Max(0, text.Length - _longest + 1) : text.Length;
        int start = 0;
        for (int at = 0; at < end; at++)
        {
            int next = text.AsSpan(at, end - at).IndexOfAny(_firstCharacters);
            if (next < 0)
            {
                break;
            }

            at += next;
            (string Text, int Id, bool StripsLeft)? match = Match(text, at);
            if (match is not { } token)
            {
                continue;
            }

            ReadOnlySpan<char> before = text.AsSpan(start, at - start);
            AppendPlain((token.StripsLeft ? before.TrimEnd() : before).ToString(), goesOn: false, ids);
            ids.Add(token.Id);
            start = at + token.Text.Length;
            at = start - 1;
        }

        AppendPlain(goesOn ? Certain(text, start, end) : text[start..], goesOn, ids);
    }

    private string Certain(string text, int start, int end)
    {
        ReadOnlySpan<char> plain = text.AsSpan(start, Math.Max(0, end - start));
        plain = plain is [.., var last] && char.IsHighSurrogate(last) ? plain[..^1] : plain;
        return (_stripsLeft ? plain.TrimEnd() : plain).ToString();
    }

    private void AppendPlain(string text, bool goesOn, List<int> ids)
    {
        if (text.Length > 0)
        {
            model.Append(text, goesOn, ids);
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
