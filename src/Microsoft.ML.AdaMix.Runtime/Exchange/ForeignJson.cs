using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Exchange;

/// <summary>Configurations as these libraries write them: for people to read, keys in their order.</summary>
internal static class ForeignJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A number that Python reads as a float, with a point where it is whole.</summary>
    public static JsonNode Float(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text.All(letter => char.IsAsciiDigit(letter) || letter == '-') ? text + ".0" : text)!;
    }

    /// <summary>Writes a configuration, its keys sorted.</summary>
    public static Action<Stream> Writer(JsonObject config)
    {
        JsonObject sorted = new(config.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        byte[] json = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(sorted, Options);
        return stream => stream.Write(json);
    }
}
