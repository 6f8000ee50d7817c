namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>One normalizer after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> normalizers) : INormalizer
{
    public bool IsLocal => normalizers.All(normalizer => normalizer.IsLocal);

    public Stretch Normalize(Stretch stretch)
    {
        foreach (INormalizer normalizer in normalizers)
        {
            stretch = normalizer.Normalize(stretch);
        }

        return stretch;
    }
}
