using System.Text.Json;
using Microsoft.ML.AdaMix.Models.Families;

namespace Microsoft.ML.AdaMix.Checkpoints;

/// <summary>
/// The values of a config.json that say something of the encoder. All else, such as the names of a hundred thousand classes, is passed over
/// and takes no memory.
/// </summary>
internal sealed class ConfigValues
{
    private const int LongestValue = 1000;

    private static readonly string[] Keys =
        [.. EncoderFamilies.All.SelectMany(family => family.ConfigKeys).Concat(["model_type", "architectures"])
            .Distinct(StringComparer.Ordinal)];

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the whole text; of a repeated value the last counts, as in Python.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public ConfigValues(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { AllowTrailingCommas = true });
        while (reader.Read())
        {
            if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName } && Known(reader) is { } key)
            {
                reader.Read();
                _values[key] = Value(ref reader);
            }
        }
    }

    /// <summary>A value; null if it is not there, or is null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The key is none of those that were looked for.</exception>
    public JsonElement? this[string key] =>
        !Keys.Contains(key, StringComparer.Ordinal) ? throw new ArgumentOutOfRangeException(nameof(key), key, "Add it to the keys.")
        : _values.TryGetValue(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value
        : null;

    private static string? Known(in Utf8JsonReader reader)
    {
        foreach (string key in Keys)
        {
            if (reader.ValueTextEquals(key))
            {
                return key;
            }
        }

        return null;
    }

    // None of these is long; one that is will be refused, and stands in the message.
    private static JsonElement Value(ref Utf8JsonReader reader)
    {
        Utf8JsonReader behind = reader;
        behind.Skip();
        long length = behind.BytesConsumed - reader.TokenStartIndex;
        if (length <= LongestValue)
        {
            return JsonElement.ParseValue(ref reader);
        }

        reader = behind;
        return JsonSerializer.SerializeToElement(new[] { $"{length} bytes" });
    }
}
