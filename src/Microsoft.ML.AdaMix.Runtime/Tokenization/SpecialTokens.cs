namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>The special tokens' ids, and their strings for those who want them recognised in text.</summary>
/// <param name="Cls">First token of every sequence.</param>
/// <param name="Sep">Closes a text.</param>
/// <param name="Pad">Fills shorter rows.</param>
/// <param name="InText">String, id, and whether blanks to the left belong to it (RoBERTa's mask).</param>
internal sealed record SpecialTokens(int Cls, int Sep, int Pad, IReadOnlyList<(string Text, int Id, bool StripsLeft)> InText)
{
    /// <summary>The mask, with whether blanks to its left belong to it; null where the vocabulary has none.</summary>
    public (int Id, bool StripsLeft)? Mask { get; private init; }

    /// <summary>What stands for a word that the vocabulary has no token for; null where it has none.</summary>
    public int? Unknown { get; private init; }

    /// <summary>The same, with a mask that is plain text in texts.</summary>
    public SpecialTokens WithPlainMask() => this with { InText = [.. InText.Where(token => token.Id != Mask?.Id)] };

    public static SpecialTokens Resolve(Vocabulary vocabulary, TokenizerSettings settings, string source)
    {
        int Id(string role, string text) => vocabulary.Ids.TryGetValue(text, out int id)
            ? id
            : throw new InvalidDataException(
                $"The vocabulary of '{source}' has no {role} '{text}'; check {role} in tokenizer_config.json against the vocabulary.");
        List<(string Text, int Id, bool StripsLeft)> inText = [];
        foreach (string text in settings.SpecialStrings.Distinct(StringComparer.Ordinal))
        {
            if (vocabulary.Ids.TryGetValue(text, out int id))
            {
                inText.Add((text, id, settings.MaskStripsLeft && text == settings.MaskToken));
            }
        }

        return new SpecialTokens(
            Id("cls_token", settings.ClsToken), Id("sep_token", settings.SepToken), Id("pad_token", settings.PadToken), inText)
        {
            Mask = vocabulary.Ids.TryGetValue(settings.MaskToken, out int mask) ? (mask, settings.MaskStripsLeft) : null,
            Unknown = vocabulary.Ids.TryGetValue(settings.UnkToken, out int unknown) ? unknown : null,
        };
    }
}
