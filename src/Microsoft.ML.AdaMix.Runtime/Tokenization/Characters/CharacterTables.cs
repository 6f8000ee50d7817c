using System.Collections.Concurrent;
using System.Globalization;

namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>
/// What Hugging Face's Rust library thinks of every code point: its own tables of several versions of Unicode, not the runtime's.
/// </summary>
/// <remarks>The resource is written by <c>build/unicode-tables.mjs</c>, which asks the library.</remarks>
internal static class CharacterTables
{
    private static readonly Dictionary<string, string> Lines = Read();
    private static readonly ConcurrentDictionary<string, CharacterSet> Sets = new(StringComparer.Ordinal);

    /// <summary>Names of all tables that begin so.</summary>
    public static IEnumerable<string> Names(string beginning) =>
        Lines.Keys.Where(name => name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Whether there is a table of this name.</summary>
    public static bool Has(string name) => Lines.ContainsKey(name);

    /// <summary>The code points of a table; always the same object.</summary>
    public static CharacterSet Set(string name) => Sets.GetOrAdd(name, static name =>
    {
        List<(int, int)> ranges = [];
        int next = 0;
        foreach (string range in Lines[name].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int plus = range.IndexOf('+', StringComparison.Ordinal);
            int first = next + Number(plus < 0 ? range : range.AsSpan(0, plus));
            next = first + (plus < 0 ? 1 : Number(range.AsSpan(plus + 1)));
            ranges.Add((first, next - 1));
        }

        return new CharacterSet(ranges);
    });

    /// <summary>The table's mappings, from a code point to one or several; read anew with each call.</summary>
    public static Dictionary<int, int[]> Map(string name)
    {
        Dictionary<int, int[]> map = [];
        foreach (string mapping in Lines[name].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = mapping.IndexOf('=', StringComparison.Ordinal);
            map.Add(Number(mapping.AsSpan(0, equals)), [.. mapping[(equals + 1)..].Split(',').Select(code => Number(code))]);
        }

        return map;
    }

    private static int Number(ReadOnlySpan<char> hexadecimal) =>
        int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(CharacterTables).Assembly.GetManifestResourceStream("CharacterTables.txt")!;
        using StreamReader reader = new(stream);
        Dictionary<string, string> lines = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            lines.Add(line[..blank], line[(blank + 1)..]);
        }

        return lines;
    }
}
