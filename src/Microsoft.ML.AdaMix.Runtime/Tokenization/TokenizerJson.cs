using System.Text.Json;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Opens the JSON files of a tokenizer.</summary>
internal static class TokenizerJson
{
    /// <summary>The root object of a file, or null if there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is not a JSON object.</exception>
    public static JsonElement? Root(TokenizerFiles files, string name)
    {
        if (!files.Contents.TryGetValue(name, out byte[]? bytes))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new InvalidDataException($"The tokenizer file '{name}' of '{files.Source}' holds {document.RootElement.ValueKind}; a JSON object is expected.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The tokenizer file '{name}' of '{files.Source}' is not valid JSON: {error.Message}", error);
        }
    }
}
