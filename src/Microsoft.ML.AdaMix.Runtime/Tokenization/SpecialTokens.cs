namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>The special tokens' ids, and their strings for those who want them recognised in text.</summary>
/// <param name="Cls">First token of every sequence.</param>
/// <param name="Sep">Closes a text.</param>
/// <param name="Pad">Fills shorter rows.</param>
/// <param name="InText">String, id, and whether blanks to the left belong to it (RoBERTa's mask).</param>
internal sealed record SpecialTokens(int Cls, int Sep, int Pad, IReadOnlyList<(string Text, int Id, bool StripsLeft)> InText)
{
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
            Id("cls_token", settings.ClsToken), Id("sep_token", settings.SepToken), Id("pad_token", settings.PadToken), inText);
    }
}
