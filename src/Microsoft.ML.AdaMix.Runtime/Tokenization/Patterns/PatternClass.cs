using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>Reads what stands between square brackets.</summary>
internal static class PatternClass
{
    private const int Deepest = 20;

    /// <summary>Reads on behind the opening bracket, up to and with the closing one.</summary>
    public static CharacterSet Read(PatternReader reader, bool ignoresCase)
    {
        bool isNegative = reader.Take('^');
        CharacterSet set = Content(reader, 0);
        set = !ignoresCase ? set : isNegative ? CaseFolding.Apply(set) : CaseFolding.ApplyToClass(set, reader);
        return isNegative ? set.Complement() : set;
    }

    // Up to and with the closing bracket. Case is ignored of the whole, not of the classes within.
    private static CharacterSet Content(PatternReader reader, int depth)
    {
        if (depth > Deepest)
        {
            throw reader.Refuse($"more than {Deepest} brackets within each other");
        }

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
                string name = reader.Until(':');
                CharacterSet named = PatternSets.Named(name == "punct" ? "posixpunct" : name, reader, inBrackets: true);
                parts.Add(isOther ? named.Complement() : named);
                if (!reader.Take(']'))
                {
                    throw reader.Refuse("'[:' without ':]'");
                }
            }
            else if (reader.Take('['))
            {
                bool isNegative = reader.Take('^');
                CharacterSet inner = Content(reader, depth + 1);
                parts.Add(isNegative ? inner.Complement() : inner);
            }
            else
            {
                parts.Add(Range(reader));
            }

            isFirst = false;
        }

        reader.Next();
        return Narrowed(before, parts);
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

        if (PatternSets.IsSet(reader.Peek))
        {
            return (PatternSets.Escaped(reader, inBrackets: true), null);
        }

        int escaped = reader.Take('b') ? '\b' : PatternSets.EscapedCode(reader, reader.Next());
        return (CharacterSet.Of(escaped), escaped);
    }
}
