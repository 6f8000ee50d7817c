using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>Replaces single characters, whatever stands beside them.</summary>
internal sealed class CharacterMap
{
    private readonly Dictionary<int, string> _replacements;
    private readonly CharacterSet _replaced;

    public CharacterMap(string table)
    {
        _replacements = CharacterTables.Map(table).ToDictionary(
            mapping => mapping.Key, mapping => string.Concat(mapping.Value.Select(code => new Rune(code).ToString())));
        _replaced = new CharacterSet(_replacements.Keys.Select(code => (code, code)));
    }

    /// <summary>Lower case as Rust's <c>char::to_lowercase</c>: no final sigma, and two characters for U+0130.</summary>
    public static CharacterMap LowerCase { get; } = new("lowercase");

    public void Append(StringBuilder text, Rune rune)
    {
        if (_replaced.Contains(rune.Value))
        {
            text.Append(_replacements[rune.Value]);
        }
        else
        {
            text.AppendRune(rune);
        }
    }

    /// <summary>The text with all replacements; the same instance if nothing is replaced.</summary>
    public string Replace(string text)
    {
        StringBuilder? replaced = null;
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (replaced is null && _replaced.Contains(rune.Value))
            {
                replaced = new StringBuilder(text, 0, position, text.Length + 16);
            }

            if (replaced is not null)
            {
                Append(replaced, rune);
            }

            position += rune.Utf16SequenceLength;
        }

        return replaced?.ToString() ?? text;
    }
}
