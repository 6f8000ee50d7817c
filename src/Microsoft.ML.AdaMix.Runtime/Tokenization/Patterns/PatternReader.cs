using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Goes through the characters of a regular expression.</summary>
internal sealed class PatternReader
{
    public const int MostRepeats = 1000;
    private const int LongestPattern = 10_000;

    private readonly string _pattern;
    private readonly string _source;
    private int _at;

    /// <exception cref="InvalidDataException">It is too long.</exception>
    public PatternReader(string pattern, string source)
    {
        (_pattern, _source) = (pattern, source);
        if (pattern.Length > LongestPattern)
        {
            throw Refuse($"more than {LongestPattern} characters");
        }
    }

    public bool AtEnd => _at >= _pattern.Length;

    /// <summary>What comes next; zero at the end.</summary>
    public char Peek => AtEnd ? '\0' : _pattern[_at];

    public char Next() => AtEnd ? throw Refuse("an end where something is still open") : _pattern[_at++];

    public bool Take(char expected)
    {
        bool isThere = !AtEnd && _pattern[_at] == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    public bool Take(string expected) => TakeAny(expected) is not null;

    public string? TakeAny(params ReadOnlySpan<string> expected)
    {
        foreach (string one in expected)
        {
            if (_pattern.AsSpan(_at).StartsWith(one, StringComparison.Ordinal))
            {
                _at += one.Length;
                return one;
            }
        }

        return null;
    }

    /// <summary>What stands before a closing character, which is passed over.</summary>
    public string Until(char closing)
    {
        int end = _pattern.IndexOf(closing, _at);
        if (end < 0)
        {
            throw Refuse($"no '{closing}'");
        }

        string text = _pattern[_at..end];
        _at = end + 1;
        return text;
    }

    /// <summary>The code point whose first unit was just read.</summary>
    public int Code(char first) => char.IsHighSurrogate(first) && !AtEnd && char.IsLowSurrogate(_pattern[_at])
        ? char.ConvertToUtf32(first, _pattern[_at++])
        : first;

    /// <summary>Hexadecimal digits, at most so many.</summary>
    public int Hexadecimal(int most)
    {
        int start = _at;
        while (_at < _pattern.Length && _at - start < most && char.IsAsciiHexDigit(_pattern[_at]))
        {
            _at++;
        }

        return Number(_pattern[start.._at]);
    }

    /// <summary>A code point written in hexadecimal.</summary>
    public int Number(string hexadecimal) =>
        int.TryParse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code)
            ? code
            : throw Refuse($"'{hexadecimal}', which is no code point");

    /// <summary>The bounds of a repetition, {2}, {2,}, {,3} or {2,3}; null, with nothing read, if none stands here.</summary>
    public (int Least, int? Most)? Bounds()
    {
        int end = _pattern.IndexOf('}', _at);
        if (Peek != '{' || end < 0)
        {
            return null;
        }

        string[] numbers = _pattern[(_at + 1)..end].Split(',');
        int[] values = new int[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].Length > 0 && (!int.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i])))
            {
                return null;
            }
        }

        if (numbers.Length > 2 || numbers.All(number => number.Length == 0))
        {
            return null;
        }

        _at = end + 1;
        return (values[0], numbers.Length == 1 ? values[0] : numbers[1].Length == 0 ? null : values[1]);
    }

    public InvalidDataException Refuse(string what) => new(
        $"The regular expression '{(_pattern.Length > LongestPattern ? _pattern[..100] + " ..." : _pattern)}' of {_source} has {what} "
        + $"(at character {_at}), which is not supported.");
}
