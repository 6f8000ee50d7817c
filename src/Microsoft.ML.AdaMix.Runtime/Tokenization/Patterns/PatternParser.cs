using System.Globalization;
using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>
/// Reads a regular expression as Oniguruma reads it in Ruby's syntax, into sets of characters and .NET's syntax for all else.
/// </summary>
internal sealed class PatternParser
{
    private static readonly CharacterSet NewLine = CharacterSet.Of('\n');

    private readonly PatternReader _reader;
    private readonly List<CharacterSet> _sets = [];
    private readonly List<object> _parts = []; // strings of .NET's syntax, and indices of sets
    private int? _literal; // the last character, where nothing but groups stands behind it and case is ignored

    private PatternParser(string pattern, string source) => _reader = new PatternReader(pattern, source);

    /// <summary>All that the expression tells apart.</summary>
    public IReadOnlyList<CharacterSet> Sets => _sets;

    /// <exception cref="InvalidDataException">It is none, or has a part that is not supported.</exception>
    public static PatternParser Parse(string pattern, string source)
    {
        PatternParser parser = new(pattern, source);
        parser.Alternatives(new Options(false, false), depth: 0);
        return parser._reader.AtEnd ? parser : throw parser._reader.Refuse("')' without '('");
    }

    /// <summary>The expression in .NET's syntax.</summary>
    public string Translate(PatternAlphabet alphabet)
    {
        StringBuilder text = new();
        foreach (object part in _parts)
        {
            text.Append(part is int set ? alphabet.Class(set) : (string)part);
        }

        return text.ToString();
    }

    private void Alternatives(Options options, int depth)
    {
        if (depth > 100)
        {
            throw _reader.Refuse("more than 100 groups within each other");
        }

        while (!_reader.AtEnd && _reader.Peek != ')')
        {
            if (_reader.Take('|'))
            {
                _parts.Add("|");
                _literal = null;
                continue;
            }

            int start = _parts.Count;
            if (Atom(ref options, depth))
            {
                while (Quantifier(start))
                {
                }
            }
        }
    }

    // False for what cannot be repeated.
    private bool Atom(ref Options options, int depth)
    {
        char next = _reader.Next();
        switch (next)
        {
            case '(':
                return Group(ref options, depth);
            case '[':
                Add(PatternClass.Read(_reader, options.IgnoresCase));
                return true;
            case '.':
                Add(options.IsDotAll ? PatternSets.All : NewLine.Complement());
                return true;
            case '^':
                Anchor(@"(?:\A|(?<=", NewLine, @")(?!\z))");
                return false;
            case '$':
                Anchor("(?:(?=", NewLine, @")|\z)");
                return false;
            case '\\':
                return Escape(options);
            case '*' or '+' or '?':
                throw _reader.Refuse($"'{next}' with nothing before it");
            default:
                Literal(_reader.Code(next), options);
                return true;
        }
    }

    private bool Escape(Options options)
    {
        switch (_reader.Peek)
        {
            case 'A' or 'z' or 'G':
                _parts.Add("\\" + _reader.Next());
                return false;
            case 'Z':
                _reader.Next();
                Anchor("(?=(?:", NewLine, @")?\z)");
                return false;
            case 'b' or 'B':
                WordBound(_reader.Next() == 'b');
                return false;
            case 'R':
                _reader.Next();
                Anchor("(?>", CharacterSet.Of('\r'), string.Empty);
                Anchor(string.Empty, NewLine, "|");
                Anchor(string.Empty, PatternSets.LineEnds, ")");
                return true;
            case 'N' or 'O':
                Add(_reader.Next() == 'N' ? NewLine.Complement() : PatternSets.All);
                return true;
            default:
                if (PatternSets.IsSet(_reader.Peek))
                {
                    Add(PatternSets.Escaped(_reader, inBrackets: false));
                }
                else
                {
                    Literal(PatternSets.EscapedCode(_reader, _reader.Next()), options);
                }

                return true;
        }
    }

    private bool Group(ref Options options, int depth)
    {
        Options inside = options;
        string opening = "(?:";
        if (_reader.Take('?'))
        {
            if (_reader.Take('#'))
            {
                while (_reader.Next() != ')')
                {
                }

                return false;
            }

            string? look = _reader.TakeAny("=", "!", "<=", "<!", ">", ":");
            if (look is not null)
            {
                opening = $"(?{look}";
            }
            else if (_reader.Take('<'))
            {
                while (_reader.Next() != '>')
                {
                }
            }
            else if (ReadOptions(ref inside))
            {
                options = inside; // for the rest of the group that this stands in, as a group of its own
                _parts.Add("(?:");
                Alternatives(inside, depth + 1);
                _parts.Add(")");
                return false;
            }
        }

        _parts.Add(opening);
        Alternatives(inside, depth + 1);
        _parts.Add(")");
        if (!_reader.Take(')'))
        {
            throw _reader.Refuse("'(' without ')'");
        }

        return opening is "(?:" or "(?>";
    }

    // (?i-m: opens a group, (?i) does not; true for the latter.
    private bool ReadOptions(ref Options options)
    {
        bool isOn = true;
        while (true)
        {
            switch (_reader.Next())
            {
                case '-':
                    isOn = false;
                    break;
                case 'i':
                    options = options with { IgnoresCase = isOn };
                    break;
                case 'm':
                    options = options with { IsDotAll = isOn };
                    break;
                case ':':
                    return false;
                case ')':
                    return true;
                default:
                    throw _reader.Refuse("a group of this kind");
            }
        }
    }

    private bool Quantifier(int start)
    {
        if (_reader.TakeAny("*", "+", "?") is { } simple)
        {
            bool isPossessive = _reader.Take('+');
            bool isLazy = !isPossessive && _reader.Take('?');
            Wrap(start, isPossessive ? "(?>" : "(?:", simple + (isLazy ? "?" : string.Empty) + ")");
            return true;
        }

        if (_reader.Bounds() is not { } bounds)
        {
            return false;
        }

        (int least, int? most) = bounds;
        if (least > PatternReader.MostRepeats || most > PatternReader.MostRepeats || most < least)
        {
            throw _reader.Refuse($"a repetition of {least} to {most} times");
        }

        bool isExact = most == least;
        bool isReluctant = !isExact && _reader.Take('?');
        string count = string.Create(CultureInfo.InvariantCulture, $"{{{least},{most}}}");
        Wrap(start, "(?:", count + (isReluctant ? "?" : string.Empty) + ")");
        return true;
    }

    private void Wrap(int start, string before, string after)
    {
        _parts.Insert(start, before);
        _parts.Add(after);
    }

    private void WordBound(bool isBound)
    {
        CharacterSet word = PatternSets.Word;
        _parts.Add(isBound ? "(?:" : "(?!");
        Anchor("(?<=", word, ")");
        Anchor("(?!", word, ")|");
        Anchor("(?<!", word, ")");
        Anchor("(?=", word, "))");
    }

    private void Anchor(string before, CharacterSet set, string after)
    {
        _parts.Add(before);
        Add(set);
        _parts.Add(after);
    }

    private void Literal(int code, Options options)
    {
        int? before = _literal;
        Add(options.IgnoresCase ? CaseFolding.Literal(_reader, code, before) : CharacterSet.Of(code));
        _literal = options.IgnoresCase ? code : null;
    }

    private void Add(CharacterSet set)
    {
        _literal = null;
        _sets.Add(set);
        _parts.Add(_sets.Count - 1);
    }

    private readonly record struct Options(bool IgnoresCase, bool IsDotAll);
}
