namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Ids of tokens with a role.</summary>
/// <param name="Pad">Fills shorter rows; null where the tokenizer names none.</param>
/// <param name="Mask">The mask, with whether blanks to its left belong to it; null where there is none.</param>
/// <param name="Unknown">What stands for a word that the vocabulary has no token for; null where there is none.</param>
internal sealed record SpecialTokens(int? Pad, (int Id, bool StripsLeft)? Mask, int? Unknown);
