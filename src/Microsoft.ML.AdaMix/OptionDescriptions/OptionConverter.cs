using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.OptionDescriptions;

/// <summary>Lets System.Text.Json read and write a type by its format, whatever its own settings are.</summary>
internal sealed class OptionConverter<T, TFormat> : JsonConverter<T>
    where T : class
    where TFormat : OptionFormat, new()
{
    /// <exception cref="JsonException">It is no value of the format, or one of another type, such as another method.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        object value = new TFormat().Read(OptionNode.From(JsonElement.ParseValue(ref reader)));
        return value as T ?? throw new JsonException($"The value is {value}, a {value.GetType().Name}; expected a {typeof(T).Name}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => new TFormat().Write(writer, value);
}
