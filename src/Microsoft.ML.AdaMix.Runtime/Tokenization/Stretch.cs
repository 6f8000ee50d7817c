namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>A part of a text, between added tokens, on its way through normalizers and pre-tokenizers.</summary>
/// <param name="Text">Well-formed UTF-16.</param>
/// <param name="Head">
/// How many of its first units come from the very first character of the whole text: with one or more, a Metaspace that marks only the
/// first word marks this one.
/// </param>
internal readonly record struct Stretch(ReadOnlyMemory<char> Text, int Head)
{
    public ReadOnlySpan<char> Span => Text.Span;

    public static Stretch Whole(string text) => new(text.AsMemory(), char.IsHighSurrogate(text.AsSpan().IsEmpty ? ' ' : text[0]) ? 2 : 1);

    /// <summary>A part of it.</summary>
    public Stretch Part(int start, int end) => new(Text[start..end], Math.Max(0, Head - start));

    public override string ToString() => Text.ToString();
}
