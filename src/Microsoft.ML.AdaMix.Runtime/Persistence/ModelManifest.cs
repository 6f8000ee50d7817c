using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>Length and SHA-256 of one part of a saved model.</summary>
internal sealed record ModelPart(long Length, string Sha256);

/// <summary>What a saved model says of itself, as JSON; the parts hold weights and tokenizer files.</summary>
internal sealed record ModelManifest
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required string EncoderName { get; init; }

    public required EncoderConfig Encoder { get; init; }

    public required TextInput Input { get; init; }

    public required ScoringColumns Columns { get; init; }

    public required int Classes { get; init; }

    public string? LabelType { get; init; }

    public string[]? Labels { get; init; }

    public required EditsManifest Edits { get; init; }

    public required Dictionary<string, ModelPart> Parts { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static ModelManifest Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelManifest>(json, Json) ?? throw new InvalidDataException("The model's manifest is empty.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The model's manifest is not valid: {error.Message}", error);
        }
    }
}
