using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization.Characters;

/// <summary>Code points into UTF-16 text.</summary>
internal static class RuneAppending
{
    public static void AppendRune(this StringBuilder text, Rune rune)
    {
        if (rune.IsBmp)
        {
            text.Append((char)rune.Value);
        }
        else
        {
            Span<char> pair = stackalloc char[2];
            rune.EncodeToUtf16(pair);
            text.Append(pair);
        }
    }

    /// <summary>The code points as text.</summary>
    public static string ToText(this IReadOnlyList<int> codes)
    {
        StringBuilder text = new(codes.Count + 8);
        for (int i = 0; i < codes.Count; i++)
        {
            text.AppendRune(new Rune(codes[i]));
        }

        return text.ToString();
    }
}
