using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>
/// A training on disk: one safetensors file with weights, moments and losses, the rest in a manifest in its metadata, and a hash of both.
/// </summary>
internal static class CheckpointFile
{
    public const string ManifestKey = "adamix-checkpoint";
    private const string HashKey = "sha256";
    public const string Weights = "weights";
    public const string Mean = "mean";
    public const string Square = "square";
    public const string Best = "best";
    public const string Losses = "losses";
    public const string ConsistencyLosses = "consistency";

    public static void Write(Stream stream, CheckpointManifest manifest, TrainingSnapshot snapshot)
    {
        List<KeyValuePair<string, HostTensor>> tensors =
        [
            new(Weights, snapshot.Weights), new(Mean, snapshot.Mean), new(Square, snapshot.Square),
            new(Losses, Vector(snapshot.History.Losses)), new(ConsistencyLosses, Vector(snapshot.History.ConsistencyLosses)),
        ];
        if (snapshot.Best is { } best)
        {
            tensors.Add(new(Best, best));
        }

        string json = JsonSerializer.Serialize(manifest, StrictJson.Options);
        SafetensorsWriter.Write(stream, tensors, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ManifestKey] = json,
            [HashKey] = Hash(json, tensors),
        });
    }

    /// <exception cref="InvalidDataException">It is damaged, no checkpoint, or of another version; the message says which.</exception>
    public static (CheckpointManifest Manifest, TrainingSnapshot Snapshot) Read(Stream stream, string name)
    {
        SafetensorsFile file = SafetensorsFile.Open(ByteRegion.Read(stream, stream.Length - stream.Position), name);
        string json = file.Metadata.GetValueOrDefault(ManifestKey)
            ?? throw new InvalidDataException($"'{name}' is no checkpoint of a training; its metadata says nothing of one.");
        Dictionary<string, HostTensor> tensors = file.Tensors.Keys.ToDictionary(tensor => tensor, file.Read, StringComparer.Ordinal);
        string what = $"The manifest of the checkpoint '{name}'";
        if (Hash(json, tensors) != file.Metadata.GetValueOrDefault(HashKey))
        {
            throw new InvalidDataException($"The checkpoint '{name}' is damaged: its content has not the hash that it names.");
        }

        int version = ManifestJson.Read<VersionEntry>(Encoding.UTF8.GetBytes(json), what, allowOthers: true).Version;
        if (version != CheckpointManifest.CurrentVersion)
        {
            throw new NotSupportedException(
                $"The checkpoint '{name}' has the version {version}; this version of Microsoft.ML.AdaMix reads "
                + $"{CheckpointManifest.CurrentVersion}. Go on with the version that wrote it, or name another folder.");
        }

        CheckpointManifest manifest = ManifestJson.Read<CheckpointManifest>(Encoding.UTF8.GetBytes(json), what);
        CheckpointCheck.RequireConsistent(
            manifest, tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape, StringComparer.Ordinal), name);
        return (manifest, new TrainingSnapshot
        {
            Place = manifest.Position,
            History = manifest.History with
            {
                Losses = tensors[Losses].Values.ToArray(),
                ConsistencyLosses = tensors[ConsistencyLosses].Values.ToArray(),
            },
            Weights = tensors[Weights],
            Mean = tensors[Mean],
            Square = tensors[Square],
            Best = tensors.GetValueOrDefault(Best),
        });
    }

    private static HostTensor Vector(float[] values) => HostTensor.From([values.Length], values);

    // Of the manifest, and of each tensor its name, its shape and its numbers.
    private static string Hash(string manifest, IEnumerable<KeyValuePair<string, HostTensor>> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(manifest));
        foreach ((string name, HostTensor tensor) in tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.Storage} {string.Join(',', tensor.Shape)}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.Span));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    [method: JsonConstructor]
    private readonly record struct VersionEntry(int Version);
}
