using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>A list in a cell, as JSON, Python and numpy write it: ["a", "b"], ['a', 'b'], [1, 0, 0], [1 0 0].</summary>
/// <param name="Items">Its items without quotes; null, None and nan are none.</param>
/// <param name="Numbers">Those of them that are numbers, true or false without quotes.</param>
/// <param name="IsMarked">Whether every item is in quotes, or one of these; otherwise the brackets may be a name's own.</param>
internal sealed record LabelList(IReadOnlyList<string> Items, IReadOnlyList<double> Numbers, bool IsMarked)
{
    private const string Closing = "])}";
    private const string Opening = "[({";

    private static readonly SearchValues<char> Nesting = SearchValues.Create("[](){}'\"");

    /// <summary>Reads a cell without blanks around it.</summary>
    /// <returns>Null where the cell is no list.</returns>
    /// <exception cref="FormatException">The cell begins as a list and goes on otherwise.</exception>
    public static LabelList? Parse(string cell)
    {
        if (cell == "set()")
        {
            return new LabelList([], [], IsMarked: true);
        }

        int kind = cell.Length < 2 ? -1 : Opening.IndexOf(cell[0], StringComparison.Ordinal);
        if (kind < 0)
        {
            return null;
        }

        bool isSquare = kind == 0;
        if (new Reader(cell).Items() is { } list && cell[^1] == Closing[kind] && (isSquare || list.IsMarked))
        {
            return list;
        }

        bool looksMarked = cell[1..].TrimStart() is ['\'' or '"' or '[', ..];
        return isSquare || looksMarked
            ? throw new FormatException("it begins as a list or an object and is no list of names or numbers")
            : null;
    }

    private sealed class Reader(string cell)
    {
        private readonly int _end = cell.Length - 1;
        private int _at = 1;

        // Null where it is no list.
        public LabelList? Items()
        {
            List<string> items = [];
            List<double> numbers = [];
            bool isMarked = true;
            while (SkipBlanks())
            {
                if (cell[_at] is '\'' or '"' || (cell[_at] == 'u' && cell[_at + 1] is '\'' or '"'))
                {
                    if (Quoted() is not { } item || (SkipBlanks() && cell[_at] is not (',' or '\'' or '"')))
                    {
                        return null;
                    }

                    items.Add(item);
                    _at += _at < _end && cell[_at] == ',' ? 1 : 0;
                }
                else if (Plain() is { Length: > 0 } words)
                {
                    isMarked &= words.All(IsPlainValue);
                    items.AddRange(words.Where(word => !IsNothing(word)));
                    numbers.AddRange(words.Select(NumberOf).OfType<double>());
                }
                else
                {
                    return null;
                }
            }

            return new LabelList(items, numbers, isMarked);
        }

        private bool SkipBlanks()
        {
            while (_at < _end && char.IsWhiteSpace(cell[_at]))
            {
                _at++;
            }

            return _at < _end;
        }

        // Up to the next comma; several numbers where only blanks stand between them, otherwise one name.
        private string[]? Plain()
        {
            int comma = cell.IndexOf(',', _at, _end - _at);
            string text = cell[_at..(comma < 0 ? _end : comma)].Trim();
            _at = comma < 0 ? _end : comma + 1;
            string[] words = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
            return text.AsSpan().IndexOfAny(Nesting) >= 0 ? null : words.All(IsPlainValue) ? words : [text];
        }

        private string? Quoted()
        {
            _at += cell[_at] == 'u' ? 1 : 0;
            char quote = cell[_at++];
            StringBuilder text = new();
            while (_at < _end && cell[_at] != quote)
            {
                text.Append(cell[_at] == '\\' ? Escaped() : cell[_at]);
                _at++;
            }

            return _at++ < _end ? text.ToString() : null;
        }

        private char Escaped()
        {
            _at++;
            int digits = cell[_at] switch
            {
                'u' => 4,
                'x' => 2,
                _ => 0,
            };
            if (digits > 0 && _at + digits < _end && int.TryParse(
                cell.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
            {
                _at += digits;
                return (char)code;
            }

            return cell[_at] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                var letter => letter,
            };
        }
    }

    /// <summary>An item's number, 1 for true and 0 for false; null where it is none.</summary>
    public static double? NumberOf(string item) => item.ToUpperInvariant() switch
    {
        "TRUE" => 1,
        "FALSE" => 0,
        _ => double.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null,
    };

    private static bool IsPlainValue(string item) => NumberOf(item) is not null || IsNothing(item);

    private static bool IsNothing(string item) => item is "null" or "None" or "nan" or "NaN";
}
