using System.Text;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>Text files of an encoder as UTF-8, which all of them should be; some editors and shells of Windows write UTF-16.</summary>
internal static class Utf8Text
{
    // The longer marks first: that of UTF-32 begins as that of UTF-16 does.
    private static readonly Encoding[] Marked = [new UTF32Encoding(), Encoding.Unicode, Encoding.BigEndianUnicode];

    /// <summary>The content itself, or what a byte order mark says that it means.</summary>
    public static byte[] Of(byte[] content) =>
        Array.Find(Marked, encoding => content.AsSpan().StartsWith(encoding.Preamble)) is { } encoding
            ? Encoding.UTF8.GetBytes(encoding.GetString(content.AsSpan(encoding.Preamble.Length)))
            : content;
}
