using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>
/// Saves and loads a model inside an ML.NET model: a manifest (JSON behind its own SHA-256) and parts (weights in the safetensors format, tokenizer
/// files), each with its length and SHA-256 in the manifest. A loaded model is complete and unaltered, or there is an error.
/// </summary>
internal static class ModelStore
{
    internal const string LoaderSignature = "AdaMixClassifier";

    /// <summary>Written into every model; raise it when the format changes.</summary>
    internal const uint FormatVersion = 0x00010002;

    /// <summary>The first format, which self-contained models still have.</summary>
    private const uint FirstVersion = 0x00010001;

    private const string ManifestPart = "AdaMix.manifest";
    private const string EncoderPart = "AdaMix.encoder";
    private const string TunedPart = "AdaMix.tuned";
    private const string CompactPart = "AdaMix.compact";
    private const string TokenizerPrefix = "AdaMix.tokenizer.";

    private static readonly EncoderCache Encoders = new();

    public static void Save(ModelSaveContext context, ServedModel model)
    {
        DeltaScope? task = DeltaScope.Current is { Precision: not null } scope ? scope : null;
        context.SetVersionInfo(Version(readableFrom: task is null ? FirstVersion : FormatVersion));
        LoadedEncoder encoder = model.Tuned.Encoder;
        TunedTensor[] tuned = [.. TunedTensors.List(model.Tuned)];
        TunedTensor[] compact = task?.Precision == DeltaPrecision.Compact
            ? [.. tuned.Where(tensor => CompactTensors.Takes(tensor.Tensor) && !tensor.IsExact)]
            : [];
        Dictionary<string, ModelPart> parts = new(StringComparer.Ordinal);
        if (task is null)
        {
            WriteEncoder(context, encoder, parts);
        }

        parts[TunedPart] = Write(context, TunedPart, stream => SafetensorsWriter.Write(
            stream, [.. tuned.Except(compact).Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor))]));
        if (compact.Length > 0)
        {
            parts[CompactPart] = Write(context, CompactPart, stream => stream.Write(CompactTensors.Write([.. compact.Select(tensor => new CompactTensor(tensor.Tensor, TunedTensors.IsHead(tensor.Name) ? CompactTensors.Fine : CompactTensors.Coarse))])));
        }

        byte[] manifest = new ModelManifest
        {
            EncoderName = encoder.Name,
            Encoder = encoder.Config,
            Input = model.Tuned.Input,
            Columns = model.Columns,
            Task = model.Task,
            Thresholds = model.Thresholds,
            Serving = model.Precision,
            Classes = model.Labels.Count,
            LabelType = model.Labels.TypeName,
            Labels = model.Labels.Names,
            Edits = EditKinds.Write(model.Tuned.Edits),
            Parts = parts,
            OtherEncoder = task is null ? null : EncoderIdentity.Of(encoder),
            Compact = compact.Length == 0 ? null : [.. compact.Select(tensor => new CompactEntry(tensor.Name, tensor.Shape[0], tensor.Shape[1]))],
        }.ToJson();
        context.SaveBinaryStream(ManifestPart, writer =>
        {
            writer.Write(SHA256.HashData(manifest));
            writer.Write(manifest);
        });
        if (task is not null)
        {
            task.CountSaved();
            Encoders.Add(EncoderIdentity.Of(encoder).Sha256(), encoder); // to be found while it is in memory
        }
    }

    /// <exception cref="InvalidDataException">The model is damaged, or was written by a later version.</exception>
    public static ServedModel Load(ModelLoadContext ctx)
    {
        CheckVersion(ctx);
        ModelPartReader parts = new(ctx, ReadManifest(ctx));
        ModelManifest manifest = parts.Manifest;
        LoadedEncoder encoder = manifest.OtherEncoder is { } other ? EncoderFinder.Find(manifest, other, Encoders) : FindOrReadEncoder(parts);
        TunedModel merged = parts.ReadTensors(TunedPart, source => TunedWeights.Read(WithCompact(source, parts), manifest, encoder));
        parts.CheckRest(); // those of an encoder that is in memory already
        LabelKeys labels = LabelKeys.Restore(manifest.Classes, manifest.LabelType, manifest.Labels);
        return new ServedModel(merged, manifest.Task, labels, manifest.Columns, manifest.Thresholds, manifest.Serving);
    }

    internal static VersionInfo Version(uint readableFrom = FormatVersion) => new(
        modelSignature: "ADAMIXTC",
        verWrittenCur: FormatVersion,
        verReadableCur: readableFrom,
        verWeCanReadBack: FirstVersion,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ModelStore).Assembly.GetName().Name!);

    private static ITensorSource WithCompact(ITensorSource exact, ModelPartReader parts) => parts.Manifest.Compact is { } entries
        ? new TunedSource(exact, CompactTensors.Read(parts.ReadArray(CompactPart), entries))
        : exact;

    private static void WriteEncoder(ModelSaveContext context, LoadedEncoder encoder, Dictionary<string, ModelPart> parts)
    {
        parts[EncoderPart] = Write(context, EncoderPart, stream => EncoderIdentity.WriteWeights(stream, encoder));
        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            parts[TokenizerPrefix + name] = Write(context, TokenizerPrefix + name, stream => stream.Write(content));
        }
    }

    private static void CheckVersion(ModelLoadContext context)
    {
        if (context.Header.ModelVerReadable > FormatVersion)
        {
            throw new InvalidDataException(
                $"The model has the format version 0x{context.Header.ModelVerReadable:x8}; this version of Microsoft.ML.AdaMix.Runtime reads up to 0x{FormatVersion:x8}. Update the package.");
        }

        context.CheckAtModel(Version());
    }

    private static ModelManifest ReadManifest(ModelLoadContext context)
    {
        byte[] content = ModelPartReader.ReadUnchecked(context, ManifestPart);
        return content.Length > SHA256.HashSizeInBytes && SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(content.AsSpan(0, SHA256.HashSizeInBytes))
            ? ModelManifest.Parse(content[SHA256.HashSizeInBytes..])
            : throw new InvalidDataException($"The model's part '{ManifestPart}' is truncated or was altered; its SHA-256 does not fit. Save the model again.");
    }

    private static LoadedEncoder FindOrReadEncoder(ModelPartReader parts)
    {
        ModelManifest manifest = parts.Manifest;
        EncoderIdentity identity = new(
            manifest.Parts.TryGetValue(EncoderPart, out ModelPart? weights) ? weights.Sha256 : string.Empty,
            new SortedDictionary<string, string>(
                manifest.Parts.Where(part => IsTokenizer(part.Key)).ToDictionary(part => part.Key[TokenizerPrefix.Length..], part => part.Value.Sha256, StringComparer.Ordinal), StringComparer.Ordinal));
        string hash = identity.Sha256();
        return Encoders.Find(hash, manifest.Encoder) ?? Encoders.Add(hash, ReadEncoder(parts));
    }

    private static bool IsTokenizer(string part) => part.StartsWith(TokenizerPrefix, StringComparison.Ordinal);

    private static LoadedEncoder ReadEncoder(ModelPartReader parts)
    {
        ModelManifest manifest = parts.Manifest;
        Dictionary<string, byte[]> tokenizer = manifest.Parts.Keys
            .Where(IsTokenizer)
            .ToDictionary(part => part[TokenizerPrefix.Length..], parts.ReadArray, StringComparer.Ordinal);
        return parts.ReadTensors(EncoderPart, source => EncoderReader.Read(manifest.EncoderName, manifest.Encoder, source, new TokenizerFiles(manifest.EncoderName, tokenizer)));
    }

    private static ModelPart Write(ModelSaveContext context, string name, Action<Stream> write)
    {
        using HashingStream hashing = new();
        context.SaveBinaryStream(name, writer =>
        {
            writer.Flush();
            hashing.Target = writer.BaseStream;
            write(hashing);
        });
        return new ModelPart(hashing.Length, hashing.Hash());
    }
}
