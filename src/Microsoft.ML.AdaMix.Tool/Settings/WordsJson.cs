using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tool.Settings;

/// <summary>Words by class in a JSON file: <c>{"1": "great|good", "0": ["terrible", "bad"]}</c>.</summary>
internal static class WordsJson
{
    /// <summary>What all such files may have beside JSON.</summary>
    public static JsonDocumentOptions Format { get; } = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <exception cref="InvalidDataException">The file is none of words.</exception>
    public static Dictionary<string, string> ReadFile(string path)
    {
        try
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path), Format);
            return Read(file.RootElement);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new InvalidDataException(
                $"'{path}' is no file of words; expected is such as {{\"positive\": \"great|good\", \"negative\": \"terrible\"}}. "
                + error.Message, error);
        }
    }

    /// <exception cref="FormatException">The object is none of words.</exception>
    public static Dictionary<string, string> Read(JsonElement words)
    {
        if (words.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"The words are {Kind(words)}; expected is an object with words by label.");
        }

        return words.EnumerateObject().ToDictionary(word => word.Name, word => word.Value switch
        {
            { ValueKind: JsonValueKind.String } one => one.GetString()!,
            { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                string.Join(Verbalizers.Separator, list.EnumerateArray().Select(item => item.GetString())),
            var other => throw new FormatException($"The words of '{word.Name}' are {Kind(other)}; expected is a text or a list of texts."),
        }, StringComparer.Ordinal);
    }

    /// <summary>What stands there, for messages.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
