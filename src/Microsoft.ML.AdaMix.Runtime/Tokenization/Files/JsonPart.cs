using System.Text.Json;

namespace Microsoft.ML.AdaMix.Tokenization.Files;

/// <summary>A part of a tokenizer.json, such as its normalizer, with what errors need.</summary>
/// <param name="Json">An object.</param>
/// <param name="Name">"normalizer", "model" and so on.</param>
/// <param name="Source">What errors call the file.</param>
internal readonly record struct JsonPart(JsonElement Json, string Name, string Source)
{
    /// <summary>Its type; empty if it has none.</summary>
    public string Type => TokenizerJson.Text(Json, "type") ?? string.Empty;

    /// <summary>A part of the root object; null where the file has none.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    public static JsonPart? Of(JsonElement root, string name, string source) =>
        !root.TryGetProperty(name, out JsonElement part) || part.ValueKind == JsonValueKind.Null ? null
        : part.ValueKind == JsonValueKind.Object ? new(part, name, source)
        : throw new InvalidDataException($"The {name} of {source} is {part.ValueKind}; an object is expected.");

    /// <summary>A string; null where there is none.</summary>
    public string? Text(string key) => Value(key, JsonValueKind.String)?.GetString();

    /// <summary>A string that must be there and not be empty.</summary>
    public string RequiredText(string key) => Text(key) is { Length: > 0 } text ? text : throw Refuse($"has no {key}");

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool otherwise) => OptionalFlag(key) ?? otherwise;

    /// <summary>Likewise; null where there is none.</summary>
    public bool? OptionalFlag(string key) => Value(key, JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>A whole number from 0 on.</summary>
    public int? Number(string key) => Value(key, JsonValueKind.Number) is not { } value ? null
        : TokenizerJson.Id(value) ?? throw Refuse($"has {key} = {value.GetRawText()}; a whole number is expected");

    /// <summary>The objects of a list, each a part of the same name.</summary>
    public IEnumerable<JsonPart> Parts(string key)
    {
        JsonElement list = Value(key, JsonValueKind.Array) ?? throw Refuse($"has no list '{key}'");
        foreach (JsonElement item in list.EnumerateArray())
        {
            yield return item.ValueKind == JsonValueKind.Object
                ? this with { Json = item }
                : throw Refuse($"has {item.ValueKind} in '{key}'; an object is expected");
        }
    }

    /// <summary>A value of one of some kinds; null where there is none, or null.</summary>
    public JsonElement? Value(string key, params ReadOnlySpan<JsonValueKind> kinds) =>
        !Json.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : kinds.Contains(value.ValueKind) ? value
        : throw Refuse($"has {key} = {TokenizerJson.Shown(value)}, which is {value.ValueKind}");

    public InvalidDataException NotSupported() => new(
        $"The {Name} of {Source} has the type '{(Type.Length == 0 ? "(none)" : Type)}', which is not supported.");

    public InvalidDataException Refuse(string what) => new(
        $"The {Name} of {Source} {what}{(Type.Length == 0 ? string.Empty : $" (type '{Type}')")}.");
}
