using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Inference;

/// <summary>
/// Experts and head on disk: one safetensors file, the experts under the names of published AdaMix checkpoints, what else there is to know
/// in a manifest in its metadata.
/// </summary>
/// <remarks>The encoder is not in it, only its hash. docs/file-formats.md describes it.</remarks>
internal static class MixtureFile
{
    /// <summary>
    /// Metadata of files from version 4 on: SHA-256 of the file as it is without this string, so that nothing in it changes unnoticed.
    /// </summary>
    public const string HashKey = "adamix.sha256";

    private const string ManifestKey = "adamix";
    private const string TuningPrefix = "tuning.";

    public static void Save(TrainedMixture mixture, Stream stream)
    {
        IEnumerable<KeyValuePair<string, HostTensor>> experts = mixture.Tuning.Tensors
            .SelectMany(tensor => tensor.Parameters)
            .Select(parameter => KeyValuePair.Create(TuningPrefix + parameter.Name, parameter.Value.ToHost()));
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [ManifestKey] = Encoding.UTF8.GetString(ManifestJson.Write(new MixtureManifest(mixture))),
        };
        IEnumerable<KeyValuePair<string, HostTensor>> head = TunedTensors.List(mixture.Plain.Tuned)
            .Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor));
        KeyValuePair<string, HostTensor>[] tensors = [.. experts, .. head];
        using HashingStream hashing = new();
        SafetensorsWriter.Write(hashing, tensors, metadata);
        metadata.Add(HashKey, hashing.Hash());
        SafetensorsWriter.Write(stream, tensors, metadata);
    }

    /// <param name="host">The environment.</param>
    /// <param name="content">The file's bytes; ends their use.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="given">The encoder that was tuned.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or was tuned on another encoder.</exception>
    public static TrainedMixture Load(IHost host, ByteRegion content, string name, PretrainedEncoder given)
    {
        try
        {
            LibTorch.EnsureLoaded();
            return Load(host, SafetensorsFile.Open(content, name, copies: true), name, given);
        }
        finally
        {
            content.Release();
        }
    }

    private static TrainedMixture Load(IHost host, SafetensorsFile file, string name, PretrainedEncoder given)
    {
        CheckHash(file, name);
        (MixtureManifest manifest, LoadedEncoder encoder) = ReadManifest(file, name, given);
        (TuningMethod method, MixtureOptions mixture) = (manifest.Method, manifest.Mixture);
        CheckOptions(method, mixture, name);
        ServedModel plain = manifest.Restore(TunedWeights.Read(new OtherTensors(file, TuningPrefix), manifest, encoder));
        ITuningModule tuning = CreateExperts(file, name, method, mixture, encoder);
        try
        {
            ReadExperts(file, tuning);
            return new TrainedMixture(host, method, mixture, tuning, plain, CPU);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    /// <summary>What a file says of itself, without its encoder.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its manifest, or that of version 1.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or no mixture file.</exception>
    public static (MixtureManifest? Manifest, FirstMixtureManifest? First) Describe(string path) =>
        ReadManifest(new SteadyFiles().Read(path, stream => SafetensorsHeader.Read(stream, path)).Metadata, path);

    private static (MixtureManifest Manifest, LoadedEncoder Encoder) ReadManifest(
        SafetensorsFile file, string name, PretrainedEncoder given)
    {
        (MixtureManifest? manifest, FirstMixtureManifest? first) = ReadManifest(file.Metadata, name);
        return manifest is null
            ? (first!.Update(given.Load(), name), given.Load())
            : (manifest, EncoderFinder.Require(manifest.DescribeOtherEncoder()!, given, $"The mixture file '{name}'"));
    }

    private static (MixtureManifest? Manifest, FirstMixtureManifest? First) ReadManifest(
        IReadOnlyDictionary<string, string> metadata, string name)
    {
        string what = $"The manifest of the mixture file '{name}'";
        byte[] json = metadata.TryGetValue(ManifestKey, out string? text)
            ? Encoding.UTF8.GetBytes(text)
            : throw new InvalidDataException(
                $"'{name}' is no mixture file; its metadata says {(metadata.ContainsKey(CheckpointFile.ManifestKey)
                    ? "that it is a checkpoint, from which the training goes on that wrote it"
                    : "nothing of AdaMix")}.");
        int version = ManifestJson.Read<VersionEntry>(json, what, allowOthers: true).Version;
        return version switch
        {
            1 => (null, ManifestJson.Read<FirstMixtureManifest>(json, what)),
            >= MixtureManifest.VersionWithHash and <= MixtureManifest.CurrentVersion
                when !metadata.ContainsKey(HashKey) => throw new InvalidDataException(
                $"The metadata of the mixture file '{name}' has no '{HashKey}', which files of version {version} have."
                + " The file is damaged; save it again."),
            >= MixtureManifest.VersionWithoutTraining and <= MixtureManifest.CurrentVersion =>
                (ManifestJson.Read<MixtureManifest>(json, what), null),
            _ => throw new InvalidDataException(
                $"The mixture file '{name}' has the version {version}; this version of Microsoft.ML.AdaMix reads 1 to"
                + $" {MixtureManifest.CurrentVersion}. Update the package."),
        };
    }

    // Files before version 4 have no hash.
    private static void CheckHash(SafetensorsFile file, string name)
    {
        if (file.Metadata.TryGetValue(HashKey, out string? expected) && file.HashWithout(HashKey) is var found && found != expected)
        {
            throw new InvalidDataException(
                $"The mixture file '{name}' was altered: it has the SHA-256 {found}; expected from its metadata is {expected}."
                + " Fetch or save the file again.");
        }
    }

    private static void CheckOptions(TuningMethod method, MixtureOptions mixture, string name)
    {
        OptionProblems problems = new();
        method.FindProblems(problems);
        OptionsValidator.Check(mixture, method, problems);
        if (problems.Found is { } found)
        {
            throw new InvalidDataException(
                $"The manifest of the mixture file '{name}' is not valid: {found} The file is damaged, or was written by a later version.");
        }
    }

    // First without memory for them: only as many numbers are asked for as the file has.
    private static ITuningModule CreateExperts(
        SafetensorsFile file, string name, TuningMethod method, MixtureOptions mixture, LoadedEncoder encoder)
    {
        using Generator generator = new(0);
        try
        {
            MethodContext context = new(encoder, mixture.ExpertCount, mixture.Sharing, generator, META);
            using (ITuningModule planned = method.Create(context))
            {
                CheckExperts(file, name, planned);
            }

            return method.Create(context with { Device = CPU });
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException(
                $"The manifest of the mixture file '{name}' does not fit its encoder: {error.Message} The file is damaged.", error);
        }
    }

    private static void CheckExperts(SafetensorsFile file, string name, ITuningModule tuning)
    {
        HashSet<string> unknown = [.. file.Tensors.Keys.Where(tensor => tensor.StartsWith(TuningPrefix, StringComparison.Ordinal))];
        foreach (TrainableParameter parameter in tuning.Tensors.SelectMany(tensor => tensor.Parameters))
        {
            string tensor = TuningPrefix + parameter.Name;
            if (!unknown.Remove(tensor))
            {
                throw new InvalidDataException(
                    $"'{name}' has no tensor '{tensor}' of shape {TensorEntry.Describe(parameter.Value.shape)}; the file is damaged.");
            }

            EncoderReader.RequireShape(file, tensor, parameter.Value.shape);
        }

        if (unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"'{name}' has a tensor '{unknown.First()}' that its manifest does not describe; the file is damaged.");
        }
    }

    private static void ReadExperts(SafetensorsFile file, ITuningModule tuning)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (TrainableParameter parameter in tuning.Tensors.SelectMany(tensor => tensor.Parameters))
        {
            parameter.Value.copy_(EncoderReader.ReadFinite(file, TuningPrefix + parameter.Name).ToTorch(CPU));
        }
    }

    [method: JsonConstructor]
    private readonly record struct VersionEntry(int Version);

    /// <summary>The tensors of a file that have not a prefix.</summary>
    private sealed class OtherTensors(SafetensorsFile file, string prefix) : ITensorSource
    {
        public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } = file.Tensors
            .Where(tensor => !tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);

        public string FileOf(string tensor) => file.FileOf(tensor);

        public HostTensor Read(string tensor) => file.Read(tensor);
    }
}
