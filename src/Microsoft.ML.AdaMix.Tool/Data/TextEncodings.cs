using System.Globalization;
using System.Text;

namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Encodings of text files, by their names and marks. All are strict: bytes that mean nothing are an error.</summary>
internal static class TextEncodings
{
    /// <summary>What error messages and help name; .NET knows more.</summary>
    public const string Usual =
        "utf-8, utf-16le, utf-16be, utf-32le, utf-32be, us-ascii, windows-1250 to windows-1258, iso-8859-1 to iso-8859-15, ibm850, "
        + "macintosh, koi8-r, shift_jis, gb18030, big5, euc-jp, euc-kr";

    private const int Utf8Page = 65001;
    private const int Utf7Page = 65000;

    private static readonly (byte[] Mark, int Page)[] Marks =
    [
        ([0xFF, 0xFE, 0, 0], 12000), ([0, 0, 0xFE, 0xFF], 12001), // before UTF-16, whose mark the first of them begins with
        ([0xEF, 0xBB, 0xBF], Utf8Page), ([0xFF, 0xFE], 1200), ([0xFE, 0xFF], 1201),
    ];

    private static readonly Dictionary<string, int> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = Utf8Page, ["utf-8-sig"] = Utf8Page, ["utf16"] = 1200, ["utf-16-le"] = 1200, ["utf-16-be"] = 1201, ["ansi"] = 1252,
        ["latin-1"] = 28591, ["ascii"] = 20127, ["mac-roman"] = 10000, ["sjis"] = 932, ["gbk"] = 936,
    };

    static TextEncodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static Encoding Utf8 { get; } = Strict(Utf8Page);

    /// <summary>Finds an encoding by a name that .NET knows, by a code page such as 1252 or cp1252.</summary>
    /// <returns>Null where there is none, or its line ends are not those of ASCII, UTF-16 or UTF-32.</returns>
    public static Encoding? Find(string name)
    {
        string trimmed = name.Trim();
        string digits = trimmed.StartsWith("cp", StringComparison.OrdinalIgnoreCase) ? trimmed[2..] : trimmed;
        try
        {
            int page = OtherNames.TryGetValue(trimmed, out int known) ? known
                : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
                : Encoding.GetEncoding(trimmed).CodePage;
            return page is 0 or Utf7Page || !HasPlainLineEnds(Strict(page)) ? null : Strict(page);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The encoding whose mark the bytes begin with.</summary>
    /// <param name="first">The first bytes of a file.</param>
    /// <param name="length">Bytes of the mark.</param>
    public static Encoding? OfMark(ReadOnlySpan<byte> first, out int length)
    {
        foreach ((byte[] mark, int page) in Marks)
        {
            if (first.StartsWith(mark))
            {
                length = mark.Length;
                return Strict(page);
            }
        }

        length = 0;
        return null;
    }

    /// <summary>Whether more bytes could make a mark, or a longer one, of these.</summary>
    public static bool MayBecomeMark(ReadOnlySpan<byte> first)
    {
        foreach ((byte[] mark, _) in Marks)
        {
            if (first.Length < mark.Length && mark.AsSpan().StartsWith(first))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The name of UTF-16 or UTF-32 where bytes look like it by their zeros; null where they do not.</summary>
    public static string? WideByZeros(ReadOnlySpan<byte> first)
    {
        const int Unit = 4;
        Span<int> zeros = stackalloc int[Unit];
        ReadOnlySpan<byte> looked = first[..(Math.Min(first.Length, 4096) / Unit * Unit)];
        for (int i = 0; i < looked.Length; i++)
        {
            zeros[i % Unit] += looked[i] == 0 ? 1 : 0;
        }

        int units = looked.Length / Unit;
        int many = Math.Max(1, units * 2 / 5); // Latin letters among others
        int few = units / 20;
        return (zeros[0] >= many, zeros[1] >= many, zeros[2] >= many, zeros[3] >= many) switch
        {
            (false, true, true, true) when zeros[0] <= few => "utf-32le",
            (true, true, true, false) when zeros[3] <= few => "utf-32be",
            (false, true, false, true) when zeros[0] <= few && zeros[2] <= few => "utf-16le",
            (true, false, true, false) when zeros[1] <= few && zeros[3] <= few => "utf-16be",
            _ => null,
        };
    }

    /// <summary>Whether UTF-16 has line ends in the other byte order, and none in its own.</summary>
    public static bool LooksSwapped(ReadOnlySpan<byte> first, bool isBigEndian)
    {
        int own = 0;
        int swapped = 0;
        for (int i = 0; i + 1 < first.Length; i += 2)
        {
            (byte high, byte low) = isBigEndian ? (first[i], first[i + 1]) : (first[i + 1], first[i]);
            own += high == 0 && low is ((byte)'\n' or (byte)'\r') ? 1 : 0;
            swapped += low == 0 && high is ((byte)'\n' or (byte)'\r') ? 1 : 0;
        }

        return own == 0 && swapped > 0;
    }

    /// <summary>Bytes of a unit: 4 for UTF-32, 2 for UTF-16, otherwise 1.</summary>
    public static int UnitOf(Encoding encoding) => encoding.CodePage switch
    {
        1200 or 1201 => 2,
        12000 or 12001 => 4,
        _ => 1,
    };

    public static bool IsBigEndian(Encoding encoding) => encoding.CodePage is 1201 or 12001;

    private static bool HasPlainLineEnds(Encoding encoding) =>
        UnitOf(encoding) > 1 || encoding.GetBytes("\r\n") is [(byte)'\r', (byte)'\n'];

    private static Encoding Strict(int page) =>
        Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
