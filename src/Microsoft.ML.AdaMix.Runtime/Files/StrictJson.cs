using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.Files;

/// <summary>JSON in files of our own: enumerations by name, nothing null, missing, unknown or twice that may not be.</summary>
internal static class StrictJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new EnumNameConverter() },
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}
