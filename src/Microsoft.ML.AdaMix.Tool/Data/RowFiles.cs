using ICSharpCode.SharpZipLib.GZip;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Opens files and streams of rows.</summary>
internal static class RowFiles
{
    private const string StandardInput = "standard input";

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">There is no header, or it is not valid.</exception>
    /// <exception cref="IOException">The path is a folder, or the file does not hold rows of text at all.</exception>
    public static RowReader Open(string path, ReadingOptions options)
    {
        RequireNoFolder(path);
        RowFormat format = options.FormatOf(path);
        RequireThere(path);
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Open(IsCompressed(path) ? new GZipInputStream(stream) : stream, path, format, options);
    }

    /// <summary>Refuses a folder, whatever its name says of a format.</summary>
    /// <exception cref="IOException">The path is a folder.</exception>
    public static void RequireNoFolder(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder; expected a file of rows.");
        }
    }

    /// <summary>Refuses a file that is missing.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    public static void RequireThere(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"'{path}' was not found (looked in '{Path.GetDirectoryName(Path.GetFullPath(path))}').", path);
        }
    }

    /// <summary>Opens standard input; without a format it is a text a line.</summary>
    public static RowReader OpenStandardInput(ReadingOptions options) =>
        Open(Console.OpenStandardInput(), StandardInput, options.FormatOf(path: null), options);

    /// <summary>Opens rows in a format and reads their header.</summary>
    /// <param name="stream">The source; the reader owns it.</param>
    /// <param name="name">What errors call the source.</param>
    /// <param name="format">How the rows are written.</param>
    /// <param name="options">All else.</param>
    /// <exception cref="InvalidDataException">There is no header, or it is not valid.</exception>
    public static RowReader Open(Stream stream, string name, RowFormat format, ReadingOptions options)
    {
        try
        {
            SkippedRows? skipped = options.SkipBadRows ? new SkippedRows() : null;
            LineSource Lines() => new(stream, name, options.Encoding);
            return format switch
            {
                RowFormat.Tsv => new TsvReader(Lines(), name, options.Delimiter ?? '\t') { Skipped = skipped },
                RowFormat.Csv => new CsvRowReader(Lines(), name, options.Delimiter ?? ',') { Skipped = skipped },
                RowFormat.JsonLines => new JsonLinesReader(Lines(), name) { Skipped = skipped },
                RowFormat.Parquet => new ParquetRowReader(stream, name) { Skipped = skipped },
                _ => new LinesReader(Lines(), name) { Skipped = skipped },
            };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
