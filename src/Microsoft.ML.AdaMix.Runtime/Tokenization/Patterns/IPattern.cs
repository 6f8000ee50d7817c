namespace Microsoft.ML.AdaMix.Tokenization.Patterns;

/// <summary>A part of a text that a pattern matches, or one between two such parts.</summary>
internal readonly record struct Match(int Start, int End, bool IsMatch);

/// <summary>What a text is searched for. Safe for use by many threads.</summary>
internal interface IPattern
{
    /// <summary>Whether nothing that it finds before a blank behind a letter depends on what follows, and no match goes across.</summary>
    bool IsLocal { get; }

    /// <summary>The whole text as matches and what is between them, in order.</summary>
    List<Match> Split(ReadOnlySpan<char> text);
}
