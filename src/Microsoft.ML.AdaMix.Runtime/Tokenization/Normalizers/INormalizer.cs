namespace Microsoft.ML.AdaMix.Tokenization.Normalizers;

/// <summary>Changes text before it is split into words. Safe for use by many threads.</summary>
internal interface INormalizer
{
    /// <summary>Whether what stands before a blank behind a letter, and what follows, are changed each for itself.</summary>
    bool IsLocal { get; }

    Stretch Normalize(Stretch stretch);
}
