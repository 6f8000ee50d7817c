namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>
/// The one rule for blanks around labels, names of columns and numbers: they do not count, in no format. Texts are taken as they stand.
/// </summary>
internal static class Blanks
{
    // As invisible as white space, which .NET does not take them for: vowel separator, zero width space, word joiner, byte order mark.
    private const string Invisible = "\u180E\u200B\u2060\uFEFF";

    public static string Trim(string text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static bool IsBlank(char letter) => char.IsWhiteSpace(letter) || Invisible.Contains(letter, StringComparison.Ordinal);
}
