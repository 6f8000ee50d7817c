namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>A normalizer that is a function of the text alone.</summary>
internal sealed class TextNormalizer(Func<string, string> normalize, bool isLocal = true) : INormalizer
{
    public bool IsLocal => isLocal;

    public Stretch Normalize(Stretch stretch)
    {
        string text = stretch.ToString();
        string normalized = normalize(text);
        return new Stretch(normalized.AsMemory(), ReferenceEquals(normalized, text) ? stretch.Head : Head(text, stretch.Head, normalized));
    }

    // What the first characters become by themselves; where they become something else in company, one character.
    private int Head(string text, int head, string normalized)
    {
        string alone = head == 0 ? string.Empty : normalize(text[..Math.Min(head, text.Length)]);
        return normalized.StartsWith(alone, StringComparison.Ordinal) ? alone.Length : Math.Min(1, normalized.Length);
    }
}
