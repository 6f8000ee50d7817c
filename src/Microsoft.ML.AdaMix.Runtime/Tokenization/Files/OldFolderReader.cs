using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Reads folders without tokenizer.json as transformers turns slow tokenizers into fast ones.</summary>
internal static class OldFolderReader
{
    /// <exception cref="InvalidDataException">A file is missing, damaged or not supported.</exception>
    public static TokenizerDefinition Read(TokenizerFiles files, TokenizerSettings settings, EncoderFamily family)
    {
        bool Has(string file) => files.Contents.ContainsKey(file);
        if (SentencePieceFile.Names.FirstOrDefault(Has) is { } model)
        {
            return SentencePieceReader.Read(files, model, settings);
        }

        bool isWordPiece = Has("vocab.txt") && (OldClasses.ReadsWordPiece(settings.TokenizerClass) || family != EncoderFamily.Roberta);
        return !isWordPiece && Has("vocab.json") && Has("merges.txt")
            ? settings.TokenizerClass == OldClasses.Herbert ? Herbert(files, settings) : ByteLevel(files, settings)
            : Has("vocab.txt") ? WordPiece(files, settings)
            : throw new InvalidDataException(
                $"The encoder '{files.Source}' has no vocabulary; tokenizer.json, vocab.txt, vocab.json and merges.txt, or one of "
                + $"{string.Join(", ", SentencePieceFile.Names)} is expected, found is "
                + $"{(files.Contents.Count == 0 ? "none" : string.Join(", ", files.Contents.Keys))}.");
    }

    private static TokenizerDefinition ByteLevel(TokenizerFiles files, TokenizerSettings settings)
    {
        Vocabulary vocabulary = new(
            files.Source, VocabularyFile.Read(files, "vocab.json"), MergesFile.Read(files.Source, files.Contents["merges.txt"]));
        OldClasses.RequireByteLevel(files, settings.TokenizerClass, vocabulary);
        ((string, int) cls, (string, int) sep) = Ends(vocabulary, settings);
        BytePairParts model = new(vocabulary);
        RequireWholeMerges(model);
        return TokenizerParts.Definition(
            TokenizerParts.All(
                null, TokenizerParts.ByteLevel(settings.AddPrefixSpace ?? false),
                settings.TokenizerClass == "DebertaTokenizer" ? BertTemplate(0, 0, cls, sep) : TokenizerParts.RobertaProcessing(cls, sep)),
            model, OldAddedTokens.Read(files, settings, vocabulary.Ids, stripsMask: true), settings);
    }

    // Words of BERT, of which the last piece ends in a mark.
    private static TokenizerDefinition Herbert(TokenizerFiles files, TokenizerSettings settings)
    {
        Vocabulary vocabulary = new(
            files.Source, VocabularyFile.Read(files, "vocab.json"), MergesFile.Read(files.Source, files.Contents["merges.txt"]));
        ((string, int) cls, (string, int) sep) = Ends(vocabulary, settings);
        vocabulary.Require("unk_token", settings.UnkToken);
        BytePairParts model = new(vocabulary, settings.UnkToken, EndSuffix: "</w>");
        RequireWholeMerges(model);
        return TokenizerParts.Definition(
            TokenizerParts.All(
                TokenizerParts.Part(
                    "BertNormalizer", ("clean_text", true), ("handle_chinese_chars", true), ("strip_accents", false), ("lowercase", false)),
                TokenizerParts.Part("BertPreTokenizer"), TokenizerParts.BertProcessing(cls, sep)),
            model, OldAddedTokens.Read(files, settings, vocabulary.Ids, stripsMask: false), settings);
    }

    private static void RequireWholeMerges(BytePairParts model)
    {
        model.Create(new HashSet<string>(StringComparer.Ordinal), model.Vocabulary); // refuses merges that do not belong to it
        CutFiles.RefuseMerges(model.Vocabulary, model.EndSuffix);
    }

    private static TokenizerDefinition WordPiece(TokenizerFiles files, TokenizerSettings settings)
    {
        OldClasses.RequireWordPiece(files, settings.TokenizerClass);
        Vocabulary vocabulary = new(files.Source, VocabularyFile.Read(files, "vocab.txt"), []);
        vocabulary.Require("unk_token", settings.UnkToken);
        ((string, int) cls, (string, int) sep) = Ends(vocabulary, settings);
        bool isMpnet = settings.TokenizerClass == "MPNetTokenizer";
        return TokenizerParts.Definition(
            TokenizerParts.All(
                TokenizerParts.Bert(settings), TokenizerParts.Part("BertPreTokenizer"),
                isMpnet ? TokenizerParts.RobertaProcessing(cls, sep)
                : settings.TokenizerClass == "FunnelTokenizer" ? BertTemplate(2, 1, cls, sep)
                : TokenizerParts.BertProcessing(cls, sep)),
            new WordPieceParts(vocabulary, settings.UnkToken),
            OldAddedTokens.Read(files, settings, vocabulary.Ids, stripsMask: isMpnet), settings);
    }

    private static JsonObject BertTemplate(int firstType, int secondType, (string Token, int Id) cls, (string Token, int Id) sep) =>
        TokenizerParts.Template(
            $"{cls.Token}:{firstType} $A:0 {sep.Token}:0",
            $"{cls.Token}:{firstType} $A:0 {sep.Token}:0 $B:{secondType} {sep.Token}:{secondType}", cls, sep);

    private static ((string Token, int Id) Cls, (string Token, int Id) Sep) Ends(Vocabulary vocabulary, TokenizerSettings settings)
    {
        (int cls, int sep) = (vocabulary.Require("cls_token", settings.ClsToken), vocabulary.Require("sep_token", settings.SepToken));
        vocabulary.Require("pad_token", settings.PadToken);
        return ((settings.ClsToken, cls), (settings.SepToken, sep));
    }
}
