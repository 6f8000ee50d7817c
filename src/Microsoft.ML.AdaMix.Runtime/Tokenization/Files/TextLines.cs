using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>The lines of a text file, without their ends and without a byte order mark; the last one is not empty.</summary>
internal static class TextLines
{
    /// <exception cref="InvalidDataException">It is not UTF-8, or something else than a text file.</exception>
    public static string[] Read(string source, string file, byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(TokenizerJson.ByteOrderMark)
            ? bytes.AsSpan(TokenizerJson.ByteOrderMark.Length)
            : bytes;
        if (!Utf8.IsValid(text))
        {
            int line = 1;
            foreach (Range range in text.Split((byte)'\n'))
            {
                if (!Utf8.IsValid(text[range]))
                {
                    break;
                }

                line++;
            }

            throw new InvalidDataException($"Line {line} of {file} of '{source}' is not valid UTF-8. Fetch the file again.");
        }

        string[] lines = Encoding.UTF8.GetString(text).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].TrimEnd('\r');
        }

        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
