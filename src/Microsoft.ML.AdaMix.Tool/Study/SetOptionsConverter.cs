using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Writes the library's options without those that have their default, but always with method and mixture: results stay the same trial when
/// a later version has more options.
/// </summary>
/// <remarks>The device is left out: it is the machine's, and stands among a training's conditions.</remarks>
internal sealed class SetOptionsConverter : JsonConverter<AdaMixOptions>
{
    public override AdaMixOptions? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonObject all = JsonNode.Parse(ref reader)!.AsObject();
        if (all["mixture"] is JsonObject mixture)
        {
            LaterOptions.Restore(mixture, typeof(MixtureOptions));
        }

        if (all["method"] is JsonObject method && TuningMethods.Find($"{method["name"]}") is { } known)
        {
            LaterOptions.Restore(method, known.GetType());
        }

        LaterOptions.Restore(all, typeof(AdaMixOptions));
        return all.Deserialize<AdaMixOptions>();
    }

    public override void Write(Utf8JsonWriter writer, AdaMixOptions value, JsonSerializerOptions options)
    {
        JsonObject all = Members(value);
        LaterOptions.RemoveInitial(all, Members(new AdaMixOptions()), typeof(AdaMixOptions), "method", "mixture");
        LaterOptions.Remove(all["method"]!.AsObject(), value.Method.GetType());
        if (all["mixture"] is JsonObject mixture)
        {
            LaterOptions.Remove(mixture, typeof(MixtureOptions));
        }

        all.Remove(JsonNamingPolicy.CamelCase.ConvertName(nameof(AdaMixOptions.Device)));
        all.WriteTo(writer);
    }

    private static JsonObject Members(AdaMixOptions options) => JsonSerializer.SerializeToNode(options)!.AsObject();
}
