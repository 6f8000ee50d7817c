using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Added;
using Microsoft.ML.AdaMix.Tokenization.Frames;
using Microsoft.ML.AdaMix.Tokenization.Normalizers;
using Microsoft.ML.AdaMix.Tokenization.PreTokenizers;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>Reads a tokenizer.json as Hugging Face's Rust library does; what is not supported is refused by name.</summary>
/// <remarks>
/// Of its truncation the direction counts (<see cref="TokenizerSettings"/>); all else of it and its padding are left aside, as transformers
/// does: what a call asks for counts. Decoders do not matter here.
/// </remarks>
internal static class TokenizerJsonReader
{
    public static TokenizerDefinition Read(TokenizerFiles files, JsonElement root, TokenizerSettings settings)
    {
        string source = $"tokenizer.json of '{files.Source}'";
        return ReadParts(
            root, source, ModelReader.Read(root, files.Source, source), AddedTokenReader.Read(root, source), settings);
    }

    /// <summary>Reads all but model and added tokens.</summary>
    public static TokenizerDefinition ReadParts(
        JsonElement root, string source, ModelParts model, List<AddedToken> added, TokenizerSettings settings) => new()
        {
            Model = model,
            Added = added,
            Normalizer = NormalizerReader.Read(JsonPart.Of(root, "normalizer", source), settings.AppliedBert),
            PreTokenizer = PreTokenizerReader.Read(JsonPart.Of(root, "pre_tokenizer", source), settings.AppliedPrefixSpace),
            Frame = FrameReader.Read(JsonPart.Of(root, "post_processor", source)),
            Settings = settings,
        };
}
