namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>
/// Places at which a long text can be cut so that the ids of what stands before are those that it has in the whole text: before a blank
/// behind a letter of ASCII. Which parts of a tokenizer keep to that, they say themselves.
/// </summary>
internal static class LocalText
{
    public static bool HasBlankBehindLetter(ReadOnlySpan<char> text) => LastCut(text) > 0;

    /// <summary>The last such place; 0 if there is none.</summary>
    public static int LastCut(ReadOnlySpan<char> text)
    {
        for (int place; (place = text.LastIndexOf(' ')) > 0; text = text[..place])
        {
            if (char.IsAsciiLetter(text[place - 1]))
            {
                return place;
            }
        }

        return 0;
    }
}
