using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>What the command line says of how files are written; null for what it leaves open.</summary>
internal sealed record ReadingOptions
{
    public static readonly ReadingOptions Default = new();

    /// <summary>Null to go by the file's ending.</summary>
    public RowFormat? Format { get; init; }

    /// <summary>Between the fields of a row of CSV or TSV.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Of text; a byte order mark goes before it.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Whether broken rows are left out and counted; otherwise the first one ends the reading.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary>As text, to tell one reading from another.</summary>
    public string Described => $"{Format} {Delimiter} {Encoding?.WebName} {SkipBadRows}";

    /// <summary>The format of a file, or of standard input where the path is null.</summary>
    /// <remarks>A delimiter means rows of fields: tabs without quotes, as in TSV, and others with the quotes of CSV.</remarks>
    /// <exception cref="InvalidDataException">The ending says nothing.</exception>
    public RowFormat FormatOf(string? path)
    {
        RowFormat usual = Format ?? (path is null ? RowFormat.Lines : RowFormats.FromPath(path));
        return (Format, Delimiter, usual) switch
        {
            (null, '\t', RowFormat.Lines) => RowFormat.Tsv,
            (null, not null and not '\t', RowFormat.Lines or RowFormat.Tsv) => RowFormat.Csv,
            _ => usual,
        };
    }
}
