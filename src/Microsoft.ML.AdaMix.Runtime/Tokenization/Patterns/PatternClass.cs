using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Reads what stands between square brackets.</summary>
internal static class PatternClass
{
    private const int Deepest = 20;

    /// <summary>Reads on behind the opening bracket, up to and with the closing one.</summary>
    public static CharacterSet Read(PatternReader reader, bool ignoresCase) => Read(reader, ignoresCase, 0);

    private static CharacterSet Read(PatternReader reader, bool ignoresCase, int depth)
    {
        if (depth > Deepest)
        {
            throw reader.Refuse($"more than {Deepest} brackets within each other");
        }

        bool isNegative = reader.Take('^');
        List<CharacterSet> parts = [];
        CharacterSet? before = null; // what && narrows
        bool isFirst = true;
        while (isFirst || reader.Peek != ']')
        {
            if (reader.Take("&&"))
            {
                before = Narrowed(before, parts);
                parts = [];
            }
            else if (reader.Take("[:"))
            {
                bool isOther = reader.Take('^');
                CharacterSet named = PatternSets.Named(reader.Until(':'), reader);
                parts.Add(isOther ? named.Complement() : named);
                if (!reader.Take(']'))
                {
                    throw reader.Refuse("'[:' without ':]'");
                }
            }
            else if (reader.Take('['))
            {
                parts.Add(Read(reader, ignoresCase, depth + 1));
            }
            else
            {
                parts.Add(Range(reader));
            }

            isFirst = false;
        }

        reader.Next();
        CharacterSet set = Narrowed(before, parts);
        set = ignoresCase ? PatternSets.WithoutCase(set) : set;
        return isNegative ? set.Complement() : set;
    }

    private static CharacterSet Narrowed(CharacterSet? before, List<CharacterSet> parts)
    {
        CharacterSet set = CharacterSet.Union(parts);
        return before is null ? set : before.Intersect(set);
    }

    private static CharacterSet Range(PatternReader reader)
    {
        (CharacterSet set, int? first) = One(reader);
        if (first is not { } start || reader.Peek != '-')
        {
            return set;
        }

        reader.Next();
        if (reader.Peek == ']')
        {
            return CharacterSet.Union(set, CharacterSet.Of('-')); // at the end of the class it stands for itself
        }

        return One(reader).Code is { } end && end >= start
            ? new([(start, end)])
            : throw reader.Refuse("a range without an end");
    }

    private static (CharacterSet Set, int? Code) One(PatternReader reader)
    {
        char next = reader.Next();
        if (next != '\\')
        {
            int code = reader.Code(next);
            return (CharacterSet.Of(code), code);
        }

        if (reader.Peek is 's' or 'S' or 'w' or 'W' or 'd' or 'D' or 'h' or 'H' or 'p' or 'P')
        {
            return (PatternSets.Escaped(reader, ignoresCase: false), null);
        }

        int escaped = reader.Take('b') ? '\b' : PatternSets.EscapedCode(reader, reader.Next());
        return (CharacterSet.Of(escaped), escaped);
    }
}
