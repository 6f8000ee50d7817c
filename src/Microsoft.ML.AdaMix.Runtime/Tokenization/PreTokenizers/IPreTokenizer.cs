namespace Microsoft.ML.AdaMix.Tokenization.PreTokenizers;

/// <summary>Splits text into what the model gets word by word. Safe for use by many threads.</summary>
internal interface IPreTokenizer
{
    /// <summary>Whether nothing before a blank behind a letter depends on what follows.</summary>
    bool IsLocal { get; }

    /// <summary>Whether such a blank always begins a new word.</summary>
    bool SplitsAtBlanks { get; }

    /// <summary>Appends the parts of a stretch that is not empty; empty ones do not matter.</summary>
    void Split(Stretch stretch, List<Stretch> parts);
}
