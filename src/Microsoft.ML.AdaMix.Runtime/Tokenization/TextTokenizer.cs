using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Makes the tokenizer that belongs to an encoder.</summary>
internal static class TextTokenizer
{
    /// <summary>Builds it from the encoder's files.</summary>
    /// <param name="files">
    /// tokenizer.json; or vocab.json and merges.txt, vocab.txt, or SentencePiece's model; optionally tokenizer_config.json,
    /// special_tokens_map.json and added_tokens.json.
    /// </param>
    /// <param name="family">What is not said in the files.</param>
    /// <param name="specialTokensInText">
    /// False: a string such as <c>&lt;/s&gt;</c> in a text is plain text, so that users' text cannot forge structure.
    /// True: it becomes the special token, as Hugging Face's tokenizers do by default.
    /// </param>
    /// <param name="rows">Tokens that the encoder has embeddings for.</param>
    /// <exception cref="InvalidDataException">A file is missing, damaged or not supported, or has a token too many.</exception>
    public static ITextTokenizer Create(
        TokenizerFiles files, EncoderFamily family, bool specialTokensInText, int rows = int.MaxValue) =>
        CreateFramed(files, family, specialTokensInText, rows);

    /// <summary>
    /// That of an encoder: where special tokens are plain text, none of them comes from a text in any way, as a word of the vocabulary
    /// neither.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// A file is missing, damaged or not supported, or the encoder cannot work with what they say.
    /// </exception>
    public static FramedTokenizer ForEncoder(LoadedEncoder encoder, bool specialTokensInText)
    {
        FramedTokenizer tokenizer = CreateFramed(
            encoder.Tokenizer, encoder.Config.Family, specialTokensInText, encoder.Config.VocabularySize, isStrict: true,
            encoder.Config.ModelType);
        EncoderFit.Check(tokenizer, encoder);
        return tokenizer;
    }

    /// <summary>The same as <see cref="Create"/>, as what can put texts into templates too.</summary>
    public static FramedTokenizer CreateFramed(
        TokenizerFiles files, EncoderFamily family, bool specialTokensInText, int rows = int.MaxValue, bool isStrict = false,
        string? modelType = null)
    {
        TokenizerDefinition definition = TokenizerReader.Read(files, family, modelType);
        Vocabulary vocabulary = definition.WholeVocabulary();
        vocabulary.RequireWithin(rows);
        definition.Frame.RequireWithin(rows, files.Source);
        TokenizerSettings settings = definition.Settings;
        IReadOnlySet<string> specials = definition.Specials();
        HashSet<string> mask = new([settings.MaskToken], StringComparer.Ordinal);
        int? Id(string token) => vocabulary.Ids.TryGetValue(token, out int id) ? id : null;
        ISubwordModel plain = definition.Create(specials, isStrict);
        return new FramedTokenizer(
            specialTokensInText ? definition.Create(new HashSet<string>(StringComparer.Ordinal), isStrict) : plain,
            definition.Frame, definition, vocabulary)
        {
            Words = plain,
            InTemplates = specialTokensInText ? definition.Create(mask, isStrict) : plain,
            Special = new SpecialTokens(
                Id(settings.PadToken),
                Id(settings.MaskToken) is { } id
                    ? (id, definition.Added.Any(token => token.StripsLeft && token.Content == settings.MaskToken))
                    : null,
                Id(settings.UnkToken)),
        };
    }
}
