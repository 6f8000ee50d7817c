using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// Experts and head on disk: one safetensors file, the experts under the names of published AdaMix checkpoints, what else there is to know as JSON in its metadata.
/// The encoder is not in it, only its hash.
/// </summary>
internal static class MixtureFile
{
    private const string ManifestKey = "adamix";
    private const string HeadPrefix = "head.";
    private const string TuningPrefix = "tuning.";

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static void Save(TrainedMixture mixture, string path)
    {
        ServedModel plain = mixture.Plain;
        (string name, string options) = TuningMethods.Write(mixture.Method);
        Manifest manifest = new(
            1, EncoderHash(plain.Tuned.Encoder), plain.Tuned.Encoder.Name, name, options, mixture.Experts, mixture.Sharing, plain.Task, plain.Tuned.Input, plain.Columns,
            plain.Labels.Count, plain.Labels.TypeName, plain.Labels.Names, plain.Thresholds, plain.Precision,
            mixture.Mixture.Routing == ExpertRouting.Fixed ? mixture.Mixture.FixedExpert : null);
        HeadWeights head = plain.Tuned.Head;
        KeyValuePair<string, HostTensor>[] tensors =
        [
            .. mixture.Tuning.Tensors.SelectMany(tensor => tensor.Parameters).Select(parameter => KeyValuePair.Create(TuningPrefix + parameter.Name, parameter.Value.ToHost())),
            new(HeadPrefix + "dense.weight", head.DenseWeight),
            new(HeadPrefix + "dense.bias", head.DenseBias),
            new(HeadPrefix + "output.weight", head.OutputWeight),
            new(HeadPrefix + "output.bias", head.OutputBias),
        ];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal) { [ManifestKey] = JsonSerializer.Serialize(manifest, Json) };
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, tensors, metadata));
    }

    public static TrainedMixture Load(IHost host, string path, LoadedEncoder encoder)
    {
        LibTorch.EnsureLoaded();
        SafetensorsFile file = SafetensorsFile.Open(path);
        Manifest manifest = ReadManifest(file, path);
        string hash = EncoderHash(encoder);
        if (manifest.EncoderSha256 != hash)
        {
            throw new InvalidDataException($"'{path}' was trained on the encoder '{manifest.EncoderName}' with SHA-256 {manifest.EncoderSha256}; '{encoder.Name}' has {hash}. Give the encoder that was tuned.");
        }

        TuningMethod method = TuningMethods.Read(manifest.Method, manifest.MethodOptions);
        MixtureOptions mixture = MixtureOf(manifest);
        OptionProblems problems = new();
        method.FindProblems(problems);
        OptionsValidator.Check(mixture, method, problems);
        if (problems.Found is { } found)
        {
            throw new InvalidDataException($"The description of the mixture in '{path}' is not valid: {found} The file is damaged, or was written by a later version.");
        }

        using Generator generator = new(0);
        ITuningModule tuning = method.Create(new MethodContext(encoder, mixture.Experts, mixture.Sharing, generator, CPU));
        try
        {
            using IDisposable gradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            foreach (TrainableParameter parameter in tuning.Tensors.SelectMany(tensor => tensor.Parameters))
            {
                parameter.Value.copy_(Read(file, path, TuningPrefix + parameter.Name, Array.ConvertAll(parameter.Value.shape, size => (int)size)).ToTorch(CPU));
            }

            int hidden = encoder.Config.HiddenSize;
            HeadWeights head = new(
                Read(file, path, HeadPrefix + "dense.weight", [hidden, hidden]), Read(file, path, HeadPrefix + "dense.bias", [hidden]),
                Read(file, path, HeadPrefix + "output.weight", [manifest.Outputs, hidden]), Read(file, path, HeadPrefix + "output.bias", [manifest.Outputs]));
            LabelKeys labels = LabelKeys.Restore(manifest.Outputs, manifest.LabelType, manifest.Labels);
            ServedModel plain = new(new TunedModel(encoder, EncoderEdits.None, head, manifest.Input), manifest.Task, labels, manifest.Columns, manifest.Thresholds, manifest.Serving);
            return new TrainedMixture(host, method, mixture, tuning, plain, CPU);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    private static MixtureOptions MixtureOf(Manifest manifest) => new()
    {
        Experts = manifest.Experts,
        Sharing = manifest.Sharing,
        Routing = manifest.FixedExpert is null ? ExpertRouting.Batch : ExpertRouting.Fixed,
        FixedExpert = manifest.FixedExpert ?? 0,
    };

    private static HostTensor Read(SafetensorsFile file, string path, string name, int[] shape) => file.Tensors.ContainsKey(name)
        ? EncoderReader.ReadChecked(file, name, shape)
        : throw new InvalidDataException($"'{path}' has no tensor '{name}' of shape [{string.Join(", ", shape)}]; the file is damaged.");

    private static Manifest ReadManifest(SafetensorsFile file, string path)
    {
        try
        {
            return file.Metadata.TryGetValue(ManifestKey, out string? json) && JsonSerializer.Deserialize<Manifest>(json, Json) is { Version: 1 } manifest
                ? manifest
                : throw new InvalidDataException($"'{path}' is no saved mixture that this version reads; its metadata says nothing of AdaMix, or it was written by a later version.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The description of the mixture in '{path}' is not valid: {error.Message}", error);
        }
    }

    // Of the weights as they are stored; the same for a folder and for a saved model's copy of it.
    private static string EncoderHash(LoadedEncoder encoder)
    {
        using HashingStream hashing = new();
        SafetensorsWriter.Write(hashing, [.. encoder.Weights.OrderBy(weight => weight.Key, StringComparer.Ordinal)]);
        return hashing.Hash();
    }

    private sealed record Manifest(
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
        int? FixedExpert = null);
}
