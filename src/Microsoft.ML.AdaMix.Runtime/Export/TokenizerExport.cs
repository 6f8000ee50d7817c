using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Tokenization.Words;

namespace Microsoft.ML.AdaMix.Export;

/// <summary>
/// The tokenizer's files of an exported model: a tokenizer.json that gives the model's ids, whatever files the encoder has; settings with
/// the special tokens that were found; and the encoder's other files as they are.
/// </summary>
internal static class TokenizerExport
{
    private const string MapFile = "special_tokens_map.json";

    private static readonly string[] OlderFiles = ["vocab.txt", "vocab.json", "merges.txt"];

    /// <exception cref="InvalidDataException">What a file says cannot be exported.</exception>
    public static Dictionary<string, byte[]> Files(TunedModel model)
    {
        LoadedEncoder encoder = model.Encoder;
        TokenizerDefinition definition = TokenizerReader.Read(encoder.Tokenizer, encoder.Config.Family, encoder.Config.ModelType);

        // Where words are looked up whole, or Unigram cuts them, the text of a special token becomes it even without being looked for.
        bool hidesSpecials = !model.Input.SpecialTokensInText && definition.Model is BytePairParts or WordPieceParts;
        WrittenVocabulary vocabulary = new(definition, hidesSpecials);
        Dictionary<string, byte[]> files = new(encoder.Tokenizer.Contents, StringComparer.Ordinal);
        try
        {
            files[TokenizerConfigExport.File] = OnnxExport.ToBytes(TokenizerConfigExport.Create(model, definition));
            files[TokenizerJsonExport.File] = TokenizerJsonExport.Create(encoder, definition, vocabulary);
            Array.ForEach(vocabulary.IsOwn ? [] : OlderFiles, name => files.Remove(name)); // what would contradict it
            if (files.ContainsKey(MapFile))
            {
                files[MapFile] = OnnxExport.ToBytes(TokenizerConfigExport.Copy(encoder.Tokenizer, MapFile, definition));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"A JSON file of the tokenizer of '{encoder.Tokenizer.Source}' holds a string that is not Unicode text, which cannot be "
                + $"exported: {error.Message}", error);
        }

        return files;
    }
}
