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
internal sealed class SetOptionsConverter : JsonConverter<AdaMixOptions>
{
    private static readonly string[] Always = ["method", "mixture"];

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

        return all.Deserialize<AdaMixOptions>();
    }

    public override void Write(Utf8JsonWriter writer, AdaMixOptions value, JsonSerializerOptions options)
    {
        JsonObject all = Members(value);
        foreach ((string name, JsonNode? initial) in Members(new AdaMixOptions()))
        {
            if (!Always.Contains(name, StringComparer.Ordinal) && JsonNode.DeepEquals(all[name], initial))
            {
                all.Remove(name);
            }
        }

        LaterOptions.Remove(all["method"]!.AsObject(), value.Method.GetType());
        if (all["mixture"] is JsonObject mixture)
        {
            LaterOptions.Remove(mixture, typeof(MixtureOptions));
        }

        all.WriteTo(writer);
    }

    private static JsonObject Members(AdaMixOptions options) => JsonSerializer.SerializeToNode(options)!.AsObject();
}
