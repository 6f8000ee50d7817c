using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Makes the tokenizer that belongs to an encoder.</summary>
internal static class TextTokenizer
{
    /// <summary>Builds it from the encoder's files.</summary>
    /// <param name="files">
    /// vocab.json and merges.txt, vocab.txt, or tokenizer.json; optionally tokenizer_config.json and special_tokens_map.json.
    /// </param>
    /// <param name="family">RoBERTa: byte-level BPE. BERT: WordPiece.</param>
    /// <param name="specialTokensInText">
    /// False: a string such as <c>&lt;/s&gt;</c> in a text is plain text, so that users' text cannot forge structure.
    /// True: it becomes the special token, as Hugging Face's tokenizers do by default.
    /// </param>
    /// <param name="rows">Tokens that the encoder has embeddings for.</param>
    /// <exception cref="InvalidDataException">A file is missing, damaged or not supported, or has a token too many.</exception>
    public static ITextTokenizer Create(
        TokenizerFiles files, EncoderFamily family, bool specialTokensInText, int rows = int.MaxValue) =>
        CreateFramed(files, family, specialTokensInText, rows);

    /// <summary>The same as what can put texts into templates too.</summary>
    public static FramedTokenizer CreateFramed(
        TokenizerFiles files, EncoderFamily family, bool specialTokensInText, int rows = int.MaxValue)
    {
        try
        {
            TokenizerSettings settings = TokenizerSettings.Read(files, family);
            Vocabulary vocabulary = Vocabulary.Read(files, family);
            vocabulary.RequireWithin(rows);
            ISubwordModel model = family == EncoderFamily.Roberta
                ? new ByteLevelBpe(vocabulary, settings)
                : new WordPiece(vocabulary, settings);
            SpecialTokens special = SpecialTokens.Resolve(vocabulary, settings, files.Source);
            return new FramedTokenizer(
                specialTokensInText ? new SpecialTokenSplitter(model, special) : model,
                special,
                family,
                vocabulary.Size,
                settings.MaxLength)
            {
                Words = model,
                InTemplates = specialTokensInText ? new SpecialTokenSplitter(model, special.WithPlainMask()) : model,
            };
        }
        catch (InvalidOperationException error)
        {
            // What JsonElement throws for a string with half of a surrogate pair.
            throw new InvalidDataException(
                $"A JSON file of the tokenizer of '{files.Source}' holds a string that is not Unicode text: {error.Message}", error);
        }
    }
}
