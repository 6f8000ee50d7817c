using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>The sets of characters that regular expressions name, as Oniguruma has them.</summary>
internal static class PatternSets
{
    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["letter"] = "l", ["uppercaseletter"] = "lu", ["lowercaseletter"] = "ll", ["titlecaseletter"] = "lt", ["modifierletter"] = "lm",
        ["otherletter"] = "lo", ["mark"] = "m", ["combiningmark"] = "m", ["nonspacingmark"] = "mn", ["spacingmark"] = "mc",
        ["enclosingmark"] = "me", ["number"] = "n", ["decimalnumber"] = "nd", ["letternumber"] = "nl", ["othernumber"] = "no",
        ["punctuation"] = "p", ["symbol"] = "s", ["mathsymbol"] = "sm", ["currencysymbol"] = "sc", ["modifiersymbol"] = "sk",
        ["othersymbol"] = "so", ["separator"] = "z", ["spaceseparator"] = "zs", ["other"] = "c", ["control"] = "cc", ["cntrl"] = "cc",
        ["format"] = "cf", ["privateuse"] = "co", ["uppercase"] = "upper", ["lowercase"] = "lower", ["alpha"] = "alphabetic",
        ["whitespace"] = "space", ["extendedpictographic"] = "pictographic", ["digit"] = "nd", ["casedletter"] = "lc",
    };

    public static CharacterSet All { get; } = new([(0, CharacterSet.Size - 1)]);

    public static CharacterSet LineEnds { get; } = new([('\n', '\r'), (0x85, 0x85), (0x2028, 0x2029)]);

    public static CharacterSet Word { get; } = CharacterTables.Set("pattern.word");

    /// <summary>What stands behind a backslash.</summary>
    public static CharacterSet Escaped(PatternReader reader, bool ignoresCase)
    {
        char next = reader.Next();
        return next switch
        {
            's' => Named("space", reader),
            'S' => Named("space", reader).Complement(),
            'w' => Word,
            'W' => Word.Complement(),
            'd' => Named("nd", reader),
            'D' => Named("nd", reader).Complement(),
            'h' => Named("xdigit", reader),
            'H' => Named("xdigit", reader).Complement(),
            'p' or 'P' => Property(reader, next == 'P', ignoresCase),
            _ => Literal(reader, EscapedCode(reader, next), ignoresCase),
        };
    }

    /// <summary>The one code point that an escape is.</summary>
    public static int EscapedCode(PatternReader reader, char next) => next switch
    {
        'r' => '\r',
        'n' => '\n',
        't' => '\t',
        'f' => '\f',
        'v' => '\v',
        'a' => '\a',
        'e' => 0x1B,
        '0' => 0,
        'x' => reader.Take('{') ? reader.Number(reader.Until('}')) : reader.Hexadecimal(2),
        'u' => reader.Hexadecimal(4),
        >= '1' and <= '9' or 'k' or 'g' => throw reader.Refuse("a reference to a group"),
        _ when char.IsAsciiLetter(next) => throw reader.Refuse($"'\\{next}'"),
        _ => reader.Code(next),
    };

    /// <summary>A character by itself; without case all that it can be written as.</summary>
    public static CharacterSet Literal(PatternReader reader, int code, bool ignoresCase)
    {
        CharacterSet literal = CharacterSet.Of(code);
        return !ignoresCase ? literal : code < 0x80 ? WithoutCase(literal)
            : throw reader.Refuse("a character beyond ASCII in a part that ignores case");
    }

    /// <summary>The set with the other case of its letters of ASCII, and the two letters beyond that are written as those.</summary>
    public static CharacterSet WithoutCase(CharacterSet set)
    {
        List<int> added = [];
        for (int upper = 'A'; upper <= 'Z'; upper++)
        {
            int[] same = upper switch
            {
                'S' => ['S', 's', 0x17F],
                'K' => ['K', 'k', 0x212A],
                _ => [upper, upper + 32],
            };
            added.AddRange(same.Any(set.Contains) ? same : []);
        }

        return CharacterSet.Union(set, CharacterSet.Of([.. added]));
    }

    /// <summary>A set by its name in \p{...} or [:...:].</summary>
    /// <exception cref="InvalidDataException">The name is not known.</exception>
    public static CharacterSet Named(string name, PatternReader reader)
    {
        string plain = Plain(name);
        string known = LongNames.GetValueOrDefault(plain, plain);
        string[] categories = [.. CharacterTables.Names("category.").Where(
            category => category["category.".Length..].StartsWith(known, StringComparison.OrdinalIgnoreCase))];
        return known switch
        {
            "any" => All,
            "ascii" => new([(0, 0x7F)]),
            "xdigit" => new([('0', '9'), ('a', 'f'), ('A', 'F')]),
            "blank" => CharacterSet.Union(Named("zs", reader), CharacterSet.Of('\t')),
            "alnum" => CharacterSet.Union(Named("alphabetic", reader), Named("nd", reader)),
            "lc" => CharacterSet.Union(Named("lu", reader), Named("ll", reader), Named("lt", reader)),
            "punct" => CharacterSet.Union(Named("p", reader), CharacterSet.Of('$', '+', '<', '=', '>', '^', '`', '|', '~')),
            _ when CharacterTables.Has($"pattern.{known}") => CharacterTables.Set($"pattern.{known}"),
            _ when known.Length <= 2 && known is not ("c" or "cn" or "cs") && categories.Length > 0 =>
                CharacterSet.Union(categories.Select(CharacterTables.Set)),
            _ => CharacterTables.Names("script.").FirstOrDefault(script => Plain(script["script.".Length..]) == known) is { } script
                ? CharacterTables.Set(script)
                : throw reader.Refuse($"the property '{name}'"),
        };
    }

    private static CharacterSet Property(PatternReader reader, bool isNegative, bool ignoresCase)
    {
        string name = reader.Take('{') ? reader.Until('}') : reader.Next().ToString();
        bool isOther = name.StartsWith('^');
        CharacterSet set = Named(isOther ? name[1..] : name, reader);
        if (ignoresCase && Plain(name) is "lu" or "ll" or "lt" or "upper" or "lower" or "uppercase" or "lowercase" && ignoresCase)
        {
            throw reader.Refuse($"the property '{name}' in a part that ignores case");
        }

        return isNegative != isOther ? set.Complement() : set;
    }

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
