using System.Text;
using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>One character for all code points that are in the same sets of a pattern.</summary>
internal sealed class PatternAlphabet
{
    private const char First = '\uE000'; // of private use, so that it means nothing to an engine
    private const int Most = 0x1800;
    private const int PageBits = 8;

    private readonly char[][] _pages = new char[CharacterSet.Size >> PageBits][];
    private readonly string[] _members;

    /// <exception cref="InvalidDataException">The sets are too many to tell apart.</exception>
    public PatternAlphabet(IReadOnlyList<CharacterSet> sets)
    {
        SortedSet<int> bounds = [0, CharacterSet.Size];
        foreach ((int first, int last) in sets.SelectMany(set => set.Ranges))
        {
            bounds.Add(first);
            bounds.Add(last + 1);
        }

        Dictionary<string, char> known = new(StringComparer.Ordinal);
        StringBuilder[] members = [.. sets.Select(_ => new StringBuilder())];
        int[] edges = [.. bounds];
        char[] all = new char[CharacterSet.Size];
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            string signature = string.Create(sets.Count, (sets, edges[i]), static (chars, state) =>
            {
                for (int set = 0; set < chars.Length; set++)
                {
                    chars[set] = state.sets[set].Contains(state.Item2) ? '1' : '0';
                }
            });
            if (!known.TryGetValue(signature, out char character))
            {
                if (known.Count == Most)
                {
                    throw new InvalidDataException($"A regular expression tells more than {Most} kinds of characters apart.");
                }

                character = (char)(First + known.Count);
                known.Add(signature, character);
                for (int set = 0; set < sets.Count; set++)
                {
                    members[set].Append(signature[set] == '1' ? character.ToString() : string.Empty);
                }
            }

            all.AsSpan(edges[i]..edges[i + 1]).Fill(character);
        }

        _members = [.. members.Select(member => member.ToString())];
        Dictionary<char, char[]> uniform = [];
        for (int page = 0; page < _pages.Length; page++)
        {
            Span<char> content = all.AsSpan(page << PageBits, 1 << PageBits);
            if (content.ContainsAnyExcept(content[0]))
            {
                _pages[page] = content.ToArray();
            }
            else if (!uniform.TryGetValue(content[0], out _pages[page]!))
            {
                _pages[page] = uniform[content[0]] = content.ToArray();
            }
        }
    }

    /// <summary>A class of .NET's expressions for a set.</summary>
    public string Class(int set) => _members[set].Length == 0 ? "(?!)" : $"[{_members[set]}]";

    /// <summary>
    /// The text in this alphabet, and where each of its characters stands in the text; null if they stand in the same places.
    /// </summary>
    public (char[] Mapped, int Length, int[]? Places) Map(ReadOnlySpan<char> text)
    {
        char[] mapped = new char[text.Length];
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            for (int i = 0; i < text.Length; i++)
            {
                mapped[i] = Of(text[i]);
            }

            return (mapped, text.Length, null);
        }

        int[] places = new int[text.Length + 1];
        int length = 0;
        for (int at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out Rune rune, out int width);
            places[length] = at;
            mapped[length++] = Of(rune.Value);
            at += width;
        }

        places[length] = text.Length;
        return (mapped, length, places);
    }

    private char Of(int code) => _pages[code >> PageBits][code & ((1 << PageBits) - 1)];
}
