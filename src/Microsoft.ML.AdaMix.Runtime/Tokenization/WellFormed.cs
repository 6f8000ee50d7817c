using System.Text;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>.NET strings may hold halves of surrogate pairs; Unicode text may not.</summary>
internal static class WellFormed
{
    /// <summary>The text with every lone surrogate replaced by U+FFFD; the same instance if there is none.</summary>
    public static string Text(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int surrogate = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (surrogate < 0)
            {
                return text;
            }

            if (Rune.DecodeFromUtf16(rest[surrogate..], out _, out int used) != System.Buffers.OperationStatus.Done)
            {
                return Repair(text);
            }

            rest = rest[(surrogate + used)..];
        }

        return text;
    }

    private static string Repair(string text)
    {
        StringBuilder repaired = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            repaired.Append(rune.ToString());
        }

        return repaired.ToString();
    }
}
