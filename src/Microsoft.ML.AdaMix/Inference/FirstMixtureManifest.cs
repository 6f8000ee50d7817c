using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// What mixture files of version 1 say; they are read, no longer written. They know their encoder by another hash: that of its weights
/// alone, in the order of their names.
/// </summary>
internal sealed record FirstMixtureManifest(
    int Version,
    string EncoderSha256,
    string EncoderName,
    string Method,
    string MethodOptions,
    int Experts,
    ExpertSharing Sharing,
    TextTask Task,
    TextInput Input,
    ScoringColumns Columns,
    int Outputs,
    string? LabelType,
    string[]? Labels,
    float[]? Thresholds,
    ServingPrecision Serving = ServingPrecision.Float32,
    int? FixedExpert = null)
{
    /// <summary>The same as a file of today says it.</summary>
    /// <param name="encoder">The encoder that the caller gave.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The encoder is another one, or something is not valid.</exception>
    public MixtureManifest Update(LoadedEncoder encoder, string file)
    {
        string found = Hash(encoder);
        if (EncoderSha256 != found)
        {
            throw new InvalidDataException(
                $"The mixture file '{file}' of version 1 was tuned on the encoder '{EncoderName}' with SHA-256 {EncoderSha256}"
                + $" of its weights; those of '{encoder.Name}' have {found}. Give the encoder that was tuned.");
        }

        MixtureManifest manifest = new()
        {
            Version = MixtureManifest.CurrentVersion,
            EncoderName = EncoderName,
            Encoder = encoder.Config,
            OtherEncoder = EncoderExtras.For(encoder).Identity,
            Input = Input,
            Columns = Columns,
            Task = Task,
            Classes = Outputs,
            LabelType = LabelType,
            Labels = Labels,
            Thresholds = Thresholds,
            Serving = Serving,
            Edits = [],
            Parts = [],
            Method = ReadMethod(Method, MethodOptions, $"The method of the mixture file '{file}'"),
            Mixture = new MixtureOptions
            {
                Experts = Experts,
                Sharing = Sharing,
                Routing = FixedExpert is null ? ExpertRouting.Batch : ExpertRouting.Fixed,
                FixedExpert = FixedExpert ?? 0,
            },
        };
        manifest.Check($"The manifest of the mixture file '{file}'");
        return manifest;
    }

    /// <summary>The method. Adapters had one name, and their placement among the options; now each placement is a name.</summary>
    /// <param name="name">Its name in files of version 1.</param>
    /// <param name="options">Its options there, as JSON.</param>
    /// <param name="what">What errors call it.</param>
    /// <exception cref="InvalidDataException">Name or options are not valid.</exception>
    internal static TuningMethod ReadMethod(string name, string options, string what)
    {
        JsonObject method = ManifestJson.Read<JsonObject>(Encoding.UTF8.GetBytes(options), what);
        method.Remove("Placement", out JsonNode? placement);
        method["name"] = name != "adapters" ? name : placement?.ToString() switch
        {
            null or nameof(AdapterPlacement.FeedForward) => "adapter",
            string other => other,
        };
        return ManifestJson.Read<TuningMethod>(Encoding.UTF8.GetBytes(method.ToJsonString()), what);
    }

    private static string Hash(LoadedEncoder encoder)
    {
        using HashingStream hashing = new();
        SafetensorsWriter.Write(hashing, [.. encoder.Weights.OrderBy(weight => weight.Key, StringComparer.Ordinal)]);
        return hashing.Hash();
    }
}
