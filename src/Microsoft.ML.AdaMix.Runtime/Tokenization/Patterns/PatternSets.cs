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
        ["whitespace"] = "space", ["extendedpictographic"] = "pictographic", ["digit"] = "nd", ["casedletter"] = "lc", ["punct"] = "p",
    };

    public static CharacterSet All { get; } = new([(0, CharacterSet.Size - 1)]);

    public static CharacterSet LineEnds { get; } = new([('\n', '\r'), (0x85, 0x85), (0x2028, 0x2029)]);

    public static CharacterSet Word { get; } = CharacterTables.Set("pattern.word");

    // Superscripts and fractions of Latin-1 are in \w alone, and in no class with it (0.22.2).
    private static CharacterSet WordInBrackets { get; } = Word.Intersect(
        CharacterSet.Of(0xB2, 0xB3, 0xB9, 0xBC, 0xBD, 0xBE).Complement());

    /// <summary>Whether an escape with this letter is a set.</summary>
    public static bool IsSet(char letter) => letter is 's' or 'S' or 'w' or 'W' or 'd' or 'D' or 'h' or 'H' or 'p' or 'P';

    /// <summary>A set that stands behind a backslash.</summary>
    /// <param name="reader">At the letter.</param>
    /// <param name="inBrackets">Whether it stands in a class, where words have fewer characters.</param>
    public static CharacterSet Escaped(PatternReader reader, bool inBrackets)
    {
        char next = reader.Next();
        return next switch
        {
            's' => Named("space", reader, inBrackets),
            'S' => Named("space", reader, inBrackets).Complement(),
            'w' => Named("word", reader, inBrackets),
            'W' => Named("word", reader, inBrackets).Complement(),
            'd' => Named("nd", reader, inBrackets),
            'D' => Named("nd", reader, inBrackets).Complement(),
            'h' => Named("xdigit", reader, inBrackets),
            'H' => Named("xdigit", reader, inBrackets).Complement(),
            _ => Property(reader, next == 'P', inBrackets),
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

    /// <summary>A set by its name in \p{...} or [:...:].</summary>
    /// <param name="name">The name.</param>
    /// <param name="reader">Refuses it.</param>
    /// <param name="inBrackets">Whether it stands in a class, where words have fewer characters.</param>
    /// <exception cref="InvalidDataException">The name is not known.</exception>
    public static CharacterSet Named(string name, PatternReader reader, bool inBrackets)
    {
        string plain = Plain(name);
        string known = LongNames.GetValueOrDefault(plain, plain);
        CharacterSet Part(string part) => Named(part, reader, inBrackets);
        string[] categories = [.. CharacterTables.Names("category.").Where(
            category => category["category.".Length..].StartsWith(known, StringComparison.OrdinalIgnoreCase))];
        return known switch
        {
            "any" => All,
            "ascii" => new([(0, 0x7F)]),
            "xdigit" => new([('0', '9'), ('a', 'f'), ('A', 'F')]),
            "blank" => CharacterSet.Union(Part("zs"), CharacterSet.Of('\t')),
            "alnum" => CharacterSet.Union(Part("alphabetic"), Part("nd")),
            "lc" => CharacterSet.Union(Part("lu"), Part("ll"), Part("lt")),
            "posixpunct" => CharacterSet.Union(Part("p"), Part("s")),
            "word" => inBrackets ? WordInBrackets : Word,
            _ when CharacterTables.Has($"pattern.{known}") => CharacterTables.Set($"pattern.{known}"),
            _ when known.Length <= 2 && known is not ("c" or "cn" or "cs") && categories.Length > 0 =>
                CharacterSet.Union(categories.Select(CharacterTables.Set)),
            _ => CharacterTables.Names("script.").FirstOrDefault(script => Plain(script["script.".Length..]) == known) is { } script
                ? CharacterTables.Set(script)
                : throw reader.Refuse($"the property '{name}'"),
        };
    }

    private static CharacterSet Property(PatternReader reader, bool isNegative, bool inBrackets)
    {
        string name = reader.Take('{') ? reader.Until('}') : reader.Next().ToString();
        bool isOther = name.StartsWith('^');
        CharacterSet set = Named(isOther ? name[1..] : name, reader, inBrackets);
        return isNegative != isOther ? set.Complement() : set;
    }

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
