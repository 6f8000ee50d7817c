using Microsoft.ML.AdaMix.Tokenization.Characters;

namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>Takes white space off the ends of a text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    private static readonly CharacterSet White = CharacterTables.Set("white");

    public bool IsLocal => true;

    public Stretch Normalize(Stretch stretch)
    {
        int start = left ? stretch.Text.Length - TrimStart(stretch.Span).Length : 0;
        int end = right ? TrimEnd(stretch.Span[start..]).Length + start : stretch.Text.Length;
        return stretch.Part(start, end);
    }

    /// <summary>White space as Rust has it; all of it is in the basic plane.</summary>
    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && White.Contains(text[0]))
        {
            text = text[1..];
        }

        return text;
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && White.Contains(text[^1]))
        {
            text = text[..^1];
        }

        return text;
    }
}
