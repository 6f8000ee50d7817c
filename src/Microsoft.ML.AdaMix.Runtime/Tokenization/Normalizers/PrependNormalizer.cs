namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>Puts a string before each text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public bool IsLocal => true;

    public Stretch Normalize(Stretch stretch) => stretch.Text.IsEmpty
        ? stretch
        : new Stretch(string.Concat(prefix, stretch.Span).AsMemory(), stretch.Head == 0 ? 0 : stretch.Head + prefix.Length);
}
