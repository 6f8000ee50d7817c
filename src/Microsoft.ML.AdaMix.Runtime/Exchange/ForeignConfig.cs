using System.Text.Json;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>
/// A configuration that another library wrote. What is asked for is noted, so that what nobody asked for is refused and not skipped.
/// </summary>
internal sealed class ForeignConfig
{
    private const int LargestFile = 32 << 20;
    private const int LongestValue = 200;

    private readonly JsonElement _root;
    private readonly string _place; // of the object within the file
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private ForeignConfig(string file, string place, JsonElement root)
    {
        File = file;
        _place = place;
        _root = root;
    }

    public string File { get; }

    /// <summary>Reads a file, whose root is an object.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or no object.</exception>
    public static ForeignConfig Read(string path, SteadyFiles files)
    {
        byte[] json = RegularFile.Read(path, files, LargestFile);
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF]; // editors of Windows write it
        ReadOnlyMemory<byte> text = json.AsSpan().StartsWith(mark) ? json.AsMemory(mark.Length) : json;
        if (json is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new InvalidDataException($"The configuration '{path}' is text in UTF-16; expected is UTF-8. Save it as UTF-8.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ForeignConfig(path, string.Empty, document.RootElement.Clone())
                : throw new InvalidDataException($"The configuration '{path}' is no JSON object but {document.RootElement.ValueKind}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(NotWeights.Describe(json) is { } what
                ? $"'{path}' is {what}"
                : $"The configuration '{path}' is not valid JSON: {Visible.Of(error.Message)}", error);
        }
    }

    /// <summary>The keys, in their order.</summary>
    public IEnumerable<string> Members => _root.EnumerateObject().Select(member => member.Name);

    /// <summary>An object within this one; null if it is not there.</summary>
    public ForeignConfig? Inner(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new ForeignConfig(File, $"{_place}{key}.", value),
        _ => throw Refuse(key, "an object", "The file is damaged"),
    };

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => String(key, value),
        _ => throw Refuse(key, "a text", "The file is damaged"),
    };

    public bool Flag(string key, bool otherwise = false) => Find(key) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Refuse(key, "true or false", "The file is damaged"),
    };

    public double? Number(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        _ => throw Refuse(key, "a finite number", "The file is damaged"),
    };

    /// <summary>A whole number of at least 1.</summary>
    public int? Size(string key) => Number(key) switch
    {
        null => null,
        >= 1 and <= int.MaxValue and { } number when number == Math.Floor(number) => (int)number,
        _ => throw Refuse(key, "a whole number of 1 or more", "The file is damaged"),
    };

    /// <summary>A list of whole numbers of 0 or more; one alone counts as a list of it.</summary>
    public int[]? Indices(string key) => (Find(key) is { ValueKind: JsonValueKind.Number } alone ? [alone] : Items(key))?.Select(
        item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int index) && index >= 0
            ? index
            : throw Refuse(key, "whole numbers of 0 or more", "The file is damaged")).ToArray();

    public string[]? Texts(string key) => Items(key)?.Select(
        item => item.ValueKind == JsonValueKind.String
            ? String(key, item)
            : throw Refuse(key, "texts", "The file is damaged")).ToArray();

    /// <summary>The members of an object with their numbers, in their order.</summary>
    public IReadOnlyList<(string Name, double Number)> Numbers(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Object
            ? [.. value.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.Number
                && member.Value.GetDouble() is var number && double.IsFinite(number)
                ? (member.Name, number)
                : throw Refuse(key, "an object of finite numbers", "The file is damaged"))]
            : throw Refuse(key, "an object of finite numbers", "The file is damaged");
    }

    /// <summary>Whether a value is there and of a kind; for those that may be of several.</summary>
    public bool Is(string key, JsonValueKind kind) => Find(key)?.ValueKind == kind;

    /// <summary>Keys that say nothing of what is computed: of training, of versions, of names.</summary>
    public void Passes(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            _asked.Add(key);
        }
    }

    /// <summary>Refuses a value other than an absent or empty one.</summary>
    /// <param name="remedy">A sentence without its full stop.</param>
    /// <param name="keys">The keys.</param>
    public void RequireNone(string remedy, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Find(key) is { } value && !IsEmpty(value))
            {
                throw Refuse(key, "none", remedy);
            }
        }
    }

    /// <summary>Refuses keys that nobody asked for and that say something.</summary>
    public void RefuseOthers()
    {
        foreach (JsonProperty member in _root.EnumerateObject())
        {
            if (!_asked.Contains(member.Name) && !IsEmpty(member.Value))
            {
                throw Refuse(
                    member.Name, "an option that this version knows",
                    "What it does to the model is not known; update the package, or save the adapter without it");
            }
        }
    }

    /// <summary>An error of one option.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="expected">What it may be.</param>
    /// <param name="remedy">A sentence without its full stop.</param>
    public InvalidDataException Refuse(string key, string expected, string remedy)
    {
        string found = _root.TryGetProperty(key, out JsonElement value) ? JsonSerializer.Serialize(value) : "missing"; // on one line
        string shown = Visible.Of(found.Length > LongestValue ? found[..LongestValue] + "..." : found);
        return new InvalidDataException(
            $"'{File}' has {Visible.Of(_place + key)} = {shown}; expected is {expected}. {remedy}.");
    }

    private IEnumerable<JsonElement>? Items(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
        _ => throw Refuse(key, "a list", "The file is damaged"),
    };

    private string String(string key, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse(key, "Unicode text", "The file is damaged"); // half of a surrogate pair
        }
    }

    private JsonElement? Find(string key)
    {
        _asked.Add(key);
        return _root.TryGetProperty(key, out JsonElement value) && value.ValueKind is not JsonValueKind.Null ? value : null;
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetRawText().Length == 2,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
