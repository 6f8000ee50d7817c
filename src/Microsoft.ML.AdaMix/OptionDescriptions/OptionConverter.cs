using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Lets System.Text.Json read and write a type by its format, whatever its own settings are.</summary>
internal sealed class OptionConverter<T, TFormat> : JsonConverter<T>
    where T : class
    where TFormat : OptionFormat, new()
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (T)new TFormat().Read(OptionNode.From(JsonElement.ParseValue(ref reader)));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => new TFormat().Write(writer, value);
}
