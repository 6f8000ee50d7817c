using System.Text;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.OptionDescriptions;
using Microsoft.ML.AdaMix.Parameters;
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
        SafetensorsWriter.Write(stream, [.. experts, .. head], metadata);
    }

    /// <param name="host">The environment.</param>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="given">The encoder that was tuned.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or was tuned on another encoder.</exception>
    public static TrainedMixture Load(IHost host, Stream stream, string name, PretrainedEncoder given)
    {
        LibTorch.EnsureLoaded();
        SafetensorsFile file = SafetensorsFile.Open(ByteRegion.Read(stream, stream.Length - stream.Position), name);
        (MixtureManifest manifest, LoadedEncoder encoder) = ReadManifest(file, name, given);
        (TuningMethod method, MixtureOptions mixture) = (manifest.Method, manifest.Mixture);
        CheckOptions(method, mixture, name);
        ServedModel plain = manifest.Restore(TunedWeights.Read(new OtherTensors(file, TuningPrefix), manifest, encoder));
        using Generator generator = new(0);
        ITuningModule tuning = method.Create(new MethodContext(encoder, mixture.Experts, mixture.Sharing, generator, CPU));
        try
        {
            ReadExperts(file, name, tuning);
            return new TrainedMixture(host, method, mixture, tuning, plain, CPU);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    private static (MixtureManifest Manifest, LoadedEncoder Encoder) ReadManifest(
        SafetensorsFile file, string name, PretrainedEncoder given)
    {
        string what = $"The manifest of the mixture file '{name}'";
        byte[] json = file.Metadata.TryGetValue(ManifestKey, out string? text)
            ? Encoding.UTF8.GetBytes(text)
            : throw new InvalidDataException($"'{name}' is no mixture file; its metadata says nothing of AdaMix.");
        int version = ManifestJson.Read<VersionEntry>(json, what, allowOthers: true).Version;
        switch (version)
        {
            case 1:
                LoadedEncoder first = given.Load();
                return (ManifestJson.Read<FirstMixtureManifest>(json, what).Update(first, name), first);
            case MixtureManifest.CurrentVersion:
                MixtureManifest manifest = ManifestJson.Read<MixtureManifest>(json, what);
                EncoderDescription wanted = manifest.DescribeOtherEncoder()
                    ?? throw new InvalidDataException(
                        $"{what} does not say on which encoder it was tuned. The file is damaged; save it again.");
                return (manifest, EncoderFinder.Require(wanted, given, $"The mixture file '{name}'"));
            default:
                throw new InvalidDataException(
                    $"The mixture file '{name}' has the version {version}; this version of Microsoft.ML.AdaMix reads 1 to"
                    + $" {MixtureManifest.CurrentVersion}. Update the package.");
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

    private static void ReadExperts(SafetensorsFile file, string name, ITuningModule tuning)
    {
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        HashSet<string> unknown = [.. file.Tensors.Keys.Where(tensor => tensor.StartsWith(TuningPrefix, StringComparison.Ordinal))];
        foreach (TrainableParameter parameter in tuning.Tensors.SelectMany(tensor => tensor.Parameters))
        {
            string tensor = TuningPrefix + parameter.Name;
            int[] shape = Array.ConvertAll(parameter.Value.shape, size => (int)size);
            parameter.Value.copy_(unknown.Remove(tensor)
                ? EncoderReader.ReadChecked(file, tensor, shape).ToTorch(CPU)
                : throw new InvalidDataException(
                    $"'{name}' has no tensor '{tensor}' of shape {TensorEntry.Describe(shape)}; the file is damaged."));
        }

        if (unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"'{name}' has a tensor '{unknown.First()}' that its manifest does not describe; the file is damaged.");
        }
    }

    [method: JsonConstructor]
    private readonly record struct VersionEntry(int Version);

    /// <summary>The tensors of a file that have not a prefix, as copies: what was read does not keep the file's bytes in memory.</summary>
    private sealed class OtherTensors(SafetensorsFile file, string prefix) : ITensorSource
    {
        public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } = file.Tensors
            .Where(tensor => !tensor.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);

        public string FileOf(string tensor) => file.FileOf(tensor);

        public HostTensor Read(string tensor)
        {
            HostTensor inPlace = file.Read(tensor);
            return HostTensor.From(inPlace.Shape, inPlace.Values.Span);
        }
    }
}
