using System.Buffers;
using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;

namespace Microsoft.ML.AdaMix.Tokenization.Added;

/// <summary>Finds added tokens in a text: the leftmost first, of those at one place the longest.</summary>
internal sealed class AddedTokenFinder
{
    private static readonly CharacterSet Word = CharacterTables.Set("regex.word");

    private readonly Dictionary<char, List<(string Text, int Id)>> _byFirst = [];
    private readonly SearchValues<char> _first;
    private readonly IReadOnlyDictionary<int, AddedToken> _tokens;
    private readonly IReadOnlySet<string> _plain;

    /// <param name="patterns">What is looked for; of equal ones the first counts.</param>
    /// <param name="tokens">Flags by id.</param>
    /// <param name="plain">Tokens that are found and stay text, so that no other token is found across them.</param>
    public AddedTokenFinder(
        IReadOnlyList<(string Text, int Id)> patterns, IReadOnlyDictionary<int, AddedToken> tokens, IReadOnlySet<string> plain)
    {
        (_tokens, _plain) = (tokens, plain);
        foreach ((string text, int id) in patterns)
        {
            if (!_byFirst.TryGetValue(text[0], out List<(string Text, int Id)>? same))
            {
                _byFirst[text[0]] = same = [];
            }

            if (!same.Exists(pattern => pattern.Text == text))
            {
                same.Add((text, id));
            }
        }

        foreach (List<(string Text, int Id)> same in _byFirst.Values)
        {
            same.Sort((one, other) => other.Text.Length.CompareTo(one.Text.Length));
        }

        _first = SearchValues.Create([.. _byFirst.Keys]);
        Longest = patterns.Max(pattern => pattern.Text.Length);
        CanStripRight = tokens.Values.Any(token => token.StripsRight || token.SingleWord);
        CanStripLeft = tokens.Values.Any(token => token.StripsLeft);
        HasBlankBehindLetter = patterns.Any(pattern => Patterns.LocalText.HasBlankBehindLetter(pattern.Text));
    }

    /// <summary>Length of the longest of them.</summary>
    public int Longest { get; }

    /// <summary>Whether what is behind one of them can matter to it.</summary>
    public bool CanStripRight { get; }

    /// <summary>Whether white space before one of them can belong to it.</summary>
    public bool CanStripLeft { get; }

    /// <summary>Whether one of them can go across a place at which long texts are cut.</summary>
    public bool HasBlankBehindLetter { get; }

    /// <summary>The text in parts: what a token was found in, with its id, and what lies between.</summary>
    public List<(int Start, int End, int? Id)> Split(ReadOnlySpan<char> text)
    {
        List<(int Start, int End, int? Id)> parts = [];
        int done = 0;
        for (int at = 0, next; at < text.Length && (next = text[at..].IndexOfAny(_first)) >= 0;)
        {
            at += next;
            if (Find(text, at) is not { } found)
            {
                at++;
                continue;
            }

            (int start, int end) = (at, at + found.Text.Length);
            at = end;
            AddedToken token = _tokens[found.Id];
            if (_plain.Contains(token.Content) || (token.SingleWord && !IsSingle(text, start, end)))
            {
                continue;
            }

            if (token.StripsLeft)
            {
                start = Math.Max(done, StripNormalizer.TrimEnd(text[..start]).Length);
            }

            if (token.StripsRight)
            {
                end = text.Length - StripNormalizer.TrimStart(text[end..]).Length;
            }

            if (start >= end)
            {
                continue; // in blanks that the token before has taken
            }

            if (start > done)
            {
                parts.Add((done, start, null));
            }

            parts.Add((start, end, found.Id));
            done = end;
        }

        if (done < text.Length)
        {
            parts.Add((done, text.Length, null));
        }

        return parts;
    }

    private (string Text, int Id)? Find(ReadOnlySpan<char> text, int at)
    {
        foreach ((string Text, int Id) pattern in _byFirst[text[at]])
        {
            if (text[at..].StartsWith(pattern.Text, StringComparison.Ordinal))
            {
                return pattern;
            }
        }

        return null;
    }

    private static bool IsSingle(ReadOnlySpan<char> text, int start, int end)
    {
        Rune.DecodeLastFromUtf16(text[..start], out Rune before, out _);
        Rune.DecodeFromUtf16(text[end..], out Rune behind, out _);
        return (start == 0 || !Word.Contains(before.Value)) && (end == text.Length || !Word.Contains(behind.Value));
    }
}
