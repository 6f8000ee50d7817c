namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Files that are taken for rows of text now and then and are none, told by their first bytes.</summary>
internal static class ForeignFiles
{
    private static readonly (byte[] Begin, string What)[] Known =
    [
        ([0x1F, 0x8B], "is compressed with gzip; unpack it, or give the file an ending such as .csv.gz"),
        ([0x50, 0x4B, 0x03, 0x04], "is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV in UTF-8"),
        ([0xD0, 0xCF, 0x11, 0xE0], "is an old Excel or Word document; save the sheet as CSV in UTF-8"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "is compressed with xz; unpack it"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with zstd; unpack it"),
        ("BZh91AY&SY"u8.ToArray(), "is compressed with bzip2; unpack it"),
        ("PAR1"u8.ToArray(), "is a Parquet file; give --format parquet"),
        ("%PDF-"u8.ToArray(), "is a PDF document"),
    ];

    /// <summary>What to say of such a file; null for others.</summary>
    public static string? Describe(ReadOnlySpan<byte> first)
    {
        foreach ((byte[] begin, string what) in Known)
        {
            if (first.StartsWith(begin))
            {
                return what;
            }
        }

        return null;
    }
}
