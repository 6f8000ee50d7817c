using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>
/// A regular expression of Oniguruma, with its character classes. .NET's engine runs it over one character for each code point, which
/// stands for all that the expression does not tell apart.
/// </summary>
/// <remarks>
/// Patterns come with files from strangers, so that a match has a bound in time. .NET's engine without backtracking cannot be used: of
/// <c>\s?\p{P}+</c> in "29, 3.5%" it misses the full stop (.NET 10.0).
/// </remarks>
internal sealed class RegexPattern : IPattern
{
    public static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(5);

    private const int CharactersInMillisecond = 100; // published patterns read far more in it

    // Of published tokenizers; each splits between a letter and a blank.
    private static readonly string[] LocalPatterns =
    [
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
        @"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", @"\w+|[^\w\s]+", @"\s+", @" {2,}", @" +", @"\d", @"\d+",
    ];

    private readonly string _pattern;
    private readonly string _source;
    private readonly PatternAlphabet _alphabet;
    private readonly Regex _regex;

    /// <param name="pattern">Of Oniguruma, in Ruby's syntax.</param>
    /// <param name="source">What errors call the file.</param>
    /// <param name="longestMatch">
    /// What a match may take, and all of a text beyond its share for each character; <see cref="LongestMatch"/> unless a test says less.
    /// </param>
    /// <exception cref="InvalidDataException">It is none, or has a part that is not supported.</exception>
    public RegexPattern(string pattern, string source, TimeSpan? longestMatch = null)
    {
        (_pattern, _source) = (pattern, source);
        PatternParser parsed = PatternParser.Parse(pattern, source);
        _alphabet = new PatternAlphabet(parsed.Sets);
        string translated = parsed.Translate(_alphabet);
        try
        {
            _regex = new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.Compiled, longestMatch ?? LongestMatch);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"The regular expression '{pattern}' of {source} is not supported: {error.Message}", error);
        }
    }

    public bool IsLocal => LocalPatterns.Contains(_pattern, StringComparer.Ordinal);

    /// <summary>Whether a blank behind a letter always begins a match, or lies between two.</summary>
    public bool SplitsAtBlanks => IsLocal && _pattern.Contains("\\p{L}+", StringComparison.Ordinal);

    /// <exception cref="InvalidDataException">It takes too long.</exception>
    public List<Match> Split(ReadOnlySpan<char> text)
    {
        List<Match> matches = [];
        if (text.IsEmpty)
        {
            return matches;
        }

        (char[] mapped, int length, int[]? places) = _alphabet.Map(text);
        int done = 0;
        long end = Environment.TickCount64 + (long)_regex.MatchTimeout.TotalMilliseconds + (text.Length / CharactersInMillisecond);
        try
        {
            int last = -1;
            foreach (ValueMatch match in _regex.EnumerateMatches(mapped.AsSpan(0, length)))
            {
                if (match.Length == 0 && match.Index == last)
                {
                    continue; // an empty match right behind another does not count
                }

                if (Environment.TickCount64 > end)
                {
                    throw TooSlow(text.Length, MoreThan(_regex.MatchTimeout), null);
                }

                last = match.Index + match.Length;
                int start = places is null ? match.Index : places[match.Index];
                if (start > done)
                {
                    matches.Add(new(done, start, false));
                }

                done = places is null ? last : places[last];
                matches.Add(new(start, done, true));
            }
        }
        catch (RegexMatchTimeoutException error)
        {
            throw TooSlow(text.Length, $"{MoreThan(_regex.MatchTimeout)} for one match", error);
        }

        if (done < text.Length)
        {
            matches.Add(new(done, text.Length, false));
        }

        return matches;
    }

    private static string MoreThan(TimeSpan time) => FormattableString.Invariant($"more than {time.TotalSeconds} seconds");

    private InvalidDataException TooSlow(int length, string time, Exception? error) => new(
        $"The regular expression '{_pattern}' of {_source} took {time} in a text of {length} characters. It backtracks without end; the "
        + "tokenizer cannot be used.", error);
}
