using System.Text.Json;
using System.Text.Unicode;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tokenization;

/// <summary>Opens the JSON files of a tokenizer.</summary>
internal static class TokenizerJson
{
    private const int MaxId = 1 << 24;
    private const int LongestShown = 100;

    /// <summary>What Windows puts before a file of UTF-8; it says nothing.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>The root object of a file, or null if there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is not a JSON object.</exception>
    public static JsonElement? Root(TokenizerFiles files, string name)
    {
        if (!files.Contents.TryGetValue(name, out byte[]? bytes))
        {
            return null;
        }

        if (!Utf8.IsValid(bytes))
        {
            throw new InvalidDataException($"The tokenizer file '{name}' of '{files.Source}' is not valid UTF-8. Fetch the file again.");
        }

        try
        {
            ReadOnlyMemory<byte> text = bytes.AsMemory(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0);
            JsonElement root = JsonDocument.Parse(text).RootElement; // not disposed: it is read later, in place
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new InvalidDataException(
                    $"The tokenizer file '{name}' of '{files.Source}' holds {root.ValueKind}; a JSON object is expected.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The tokenizer file '{name}' of '{files.Source}' is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>A dictionary from tokens to ids.</summary>
    /// <exception cref="InvalidDataException">It is none, or an entry is repeated or has no valid id.</exception>
    public static Dictionary<string, int> Ids(JsonElement vocabulary, string source)
    {
        if (vocabulary.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException(
                $"The vocabulary of {source} is {vocabulary.ValueKind}; an object with tokens and their ids is expected.");
        }

        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            if (Id(entry.Value) is not { } id || !ids.TryAdd(entry.Name, id))
            {
                throw new InvalidDataException(
                    $"The entry '{entry.Name}' in the vocabulary of {source} is repeated or has no valid id "
                    + $"({entry.Value.GetRawText()}); a whole number from 0 to {MaxId} is expected.");
            }
        }

        return ids;
    }

    /// <summary>A token's id, or null if the value is none.</summary>
    public static int? Id(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id) && id is >= 0 and <= MaxId ? id : null;

    /// <summary>A string among an object's properties, or null.</summary>
    public static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A value for a message, its beginning if it is long.</summary>
    public static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= LongestShown ? text : text[..LongestShown] + " ...";
    }
}
