using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix;

/// <summary>Lets System.Text.Json read and write a device as its text, wherever it stands.</summary>
internal sealed class TrainingDeviceConverter : JsonConverter<TrainingDevice>
{
    /// <exception cref="JsonException">It is no text, or one that is no device.</exception>
    public override TrainingDevice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return TrainingDevice.TryParse(text, out TrainingDevice? device)
            ? device
            : throw new JsonException(
                $"The device is {(text is null ? reader.TokenType : $"\"{text}\"")}; expected {TrainingDevice.Expected}.");
    }

    public override void Write(Utf8JsonWriter writer, TrainingDevice value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
