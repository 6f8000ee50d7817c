namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Characters between fields, by their names.</summary>
internal static class Delimiters
{
    public const string Expected = "one character, or tab, comma, semicolon, pipe or space";

    private static readonly (char Delimiter, string Word, string Plural)[] Known =
    [
        (',', "comma", "commas"), (';', "semicolon", "semicolons"), ('\t', "tab", "tabs"), ('|', "pipe", "pipes"), (' ', "space", "spaces"),
    ];

    /// <summary>What a command line means; null for what no delimiter can be.</summary>
    public static char? Find(string text)
    {
        foreach ((char delimiter, string word, _) in Known)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return delimiter;
            }
        }

        return text switch
        {
            "\\t" or "\t" => '\t',
            [var delimiter] when char.IsAscii(delimiter) && !char.IsControl(delimiter) && delimiter != '"' => delimiter,
            _ => null,
        };
    }

    public static string NameOf(char delimiter) =>
        Known.FirstOrDefault(known => known.Delimiter == delimiter).Plural ?? $"'{delimiter}'";

    /// <summary>What to do where a header was split at the wrong place; empty where it was not.</summary>
    /// <param name="header">The header as it stands.</param>
    /// <param name="used">Where it was split.</param>
    /// <param name="wanted">A column that is missing; null where any second column tells.</param>
    public static string Hint(string header, char used, string? wanted = null)
    {
        if (header.AsSpan().TrimStart().StartsWith("{"))
        {
            return " The first line looks like JSON: give --format jsonl.";
        }

        foreach ((char delimiter, string word, string plural) in Known)
        {
            string[] fields = [.. header.Split(delimiter).Select(field => Blanks.Trim(Blanks.Trim(field).Trim('"')))];
            if (delimiter != used && fields.Length > 1
                && (wanted is null ? delimiter != ' ' : fields.Contains(wanted, StringComparer.Ordinal)))
            {
                return $" The header looks separated by {plural}: give --delimiter {word}.";
            }
        }

        return "";
    }
}
