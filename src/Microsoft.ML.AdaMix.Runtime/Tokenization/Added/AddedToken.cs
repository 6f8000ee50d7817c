namespace Microsoft.ML.AdaMix.Tokenization.Added;

/// <summary>A string that is one token wherever it stands in a text, before all else.</summary>
/// <param name="Content">The string.</param>
/// <param name="SingleWord">Whether it counts only between what is no letter, digit or mark.</param>
/// <param name="StripsLeft">Whether white space before it belongs to it.</param>
/// <param name="StripsRight">Whether white space behind it belongs to it.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalized text, itself normalized.</param>
/// <param name="IsSpecial">Whether it is structure: user's text does not become it unless that is asked for.</param>
internal sealed record AddedToken(
    string Content, bool SingleWord = false, bool StripsLeft = false, bool StripsRight = false, bool IsNormalized = false,
    bool IsSpecial = true);
