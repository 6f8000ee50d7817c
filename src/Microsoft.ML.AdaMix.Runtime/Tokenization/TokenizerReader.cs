using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization.Files;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Reads a tokenizer's files: tokenizer.json where it is there, otherwise the older ones as Python's slow tokenizers do.</summary>
internal static class TokenizerReader
{
    private const string Json = "tokenizer.json";

    /// <exception cref="InvalidDataException">A file is missing, damaged or not supported, or two contradict each other.</exception>
    public static TokenizerDefinition Read(TokenizerFiles files, EncoderFamily family, string? modelType = null)
    {
        try
        {
            TokenizerSettings settings = TokenizerSettings.Read(files, family, modelType);
            if (TokenizerJson.Root(files, Json) is not { } root)
            {
                return OldFolderReader.Read(files, settings, family);
            }

            TokenizerDefinition definition = TokenizerJsonReader.Read(files, root, settings);
            Contradictions.Refuse(files, definition);
            return definition;
        }
        catch (InvalidOperationException error)
        {
            // What JsonElement throws for a string with half of a surrogate pair.
            throw new InvalidDataException(
                $"A JSON file of the tokenizer of '{files.Source}' holds a string that is not Unicode text: {error.Message}", error);
        }
    }
}
