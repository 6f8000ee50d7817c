using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Length and SHA-256 of one part of a saved model.</summary>
internal sealed record ModelPart(long Length, string Sha256);

/// <summary>What a saved model says of itself, as JSON; the parts hold weights and tokenizer files.</summary>
internal sealed record ModelManifest
{
    public required string EncoderName { get; init; }

    public required EncoderConfig Encoder { get; init; }

    public required TextInput Input { get; init; }

    public required ScoringColumns Columns { get; init; }

    public required TextTask Task { get; init; }

    /// <summary>Outputs of the head: classes, labels, 2 for binary classification, 1 for regression.</summary>
    public required int Classes { get; init; }

    public string? LabelType { get; init; }

    public string[]? Labels { get; init; }

    public float[]? Thresholds { get; init; }

    /// <summary>Absent in files that were written before there was a choice.</summary>
    public ServingPrecision Serving { get; init; }

    /// <summary>What tuning changed, as <see cref="EditKinds"/> describes it.</summary>
    public required JsonObject Edits { get; init; }

    public required Dictionary<string, ModelPart> Parts { get; init; }

    /// <summary>A task file: the encoder that it was tuned on and does not hold. Otherwise null; the encoder is among the parts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EncoderIdentity? OtherEncoder { get; init; }

    /// <summary>A compact task file: the tensors in its compact part, in their order there. Otherwise null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompactEntry[]? Compact { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, StrictJson.Options);

    public static ModelManifest Parse(byte[] json)
    {
        try
        {
            ModelManifest manifest = JsonSerializer.Deserialize<ModelManifest>(json, StrictJson.Options) ?? throw new InvalidDataException("The model's manifest is empty.");
            if (manifest.Thresholds is { } thresholds && thresholds.Length != manifest.Classes)
            {
                throw new InvalidDataException($"The model's manifest has {thresholds.Length} thresholds for {manifest.Classes} labels. Save the model again.");
            }

            return manifest.Parts.FirstOrDefault(part => part.Value is null).Key is not { } unsaid
                ? manifest
                : throw new InvalidDataException($"The model's manifest says nothing of the part '{unsaid}'; expected are its length and SHA-256. Save the model again.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The model's manifest is not valid: {error.Message}", error);
        }
    }
}
