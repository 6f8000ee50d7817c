using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>GPT-2's printable characters that stand for the 256 bytes.</summary>
internal static class ByteCharacters
{
    private static readonly char[] Characters = [.. Enumerable.Range(0, 256).Select(value => Of((byte)value))];

    /// <summary>Itself where it prints, otherwise the next character from U+0100 on.</summary>
    public static char Of(byte value) => value switch
    {
        <= 0x20 => (char)(0x100 + value),
        >= 0x7F and <= 0xA0 => (char)(0x100 + 0x21 + value - 0x7F),
        0xAD => (char)(0x100 + 0x21 + 0x22),
        _ => (char)value,
    };

    /// <summary>A character for each byte of the text in UTF-8.</summary>
    public static string Encode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (characters, bytes) =>
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                characters[i] = Characters[bytes[i]];
            }
        });
    }

    /// <summary>The text of a token, with the blank that it may begin with; null where it is no whole characters.</summary>
    public static string? Decode(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            int value = Array.IndexOf(Characters, token[i]);
            if (value < 0)
            {
                return null;
            }

            bytes[i] = (byte)value;
        }

        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }
}
