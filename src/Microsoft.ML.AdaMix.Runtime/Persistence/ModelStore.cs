using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.AdaMix;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(AdaMixTransformer), typeof(ModelStore), null, typeof(SignatureLoadModel), "AdaMix text classifier", ModelStore.LoaderSignature)]

namespace Microsoft.ML.AdaMix.Persistence;

/// <summary>
/// Saves and loads a model inside an ML.NET model: a manifest (JSON behind its own SHA-256) and parts (weights in the safetensors format, tokenizer
/// files), each with its length and SHA-256 in the manifest. A loaded model is complete and unaltered, or there is an error.
/// </summary>
internal static class ModelStore
{
    internal const string LoaderSignature = "AdaMixClassifier";

    /// <summary>Written into every model; raise it when the format changes.</summary>
    internal const uint FormatVersion = 0x00010001;

    private const string ManifestPart = "AdaMix.manifest";
    private const string EncoderPart = "AdaMix.encoder";
    private const string TunedPart = "AdaMix.tuned";
    private const string TokenizerPrefix = "AdaMix.tokenizer.";

    private static readonly EncoderCache Encoders = new();

    public static void Save(ModelSaveContext context, TextModel model)
    {
        context.SetVersionInfo(Version());
        LoadedEncoder encoder = model.Merged.Encoder;
        Dictionary<string, ModelPart> parts = new(StringComparer.Ordinal)
        {
            [EncoderPart] = Write(context, EncoderPart, stream => SafetensorsWriter.Write(stream, [.. encoder.Weights])),
            [TunedPart] = Write(context, TunedPart, stream => SafetensorsWriter.Write(stream, TunedWeights.Name(model.Merged))),
        };
        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            parts[TokenizerPrefix + name] = Write(context, TokenizerPrefix + name, stream => stream.Write(content));
        }

        byte[] manifest = new ModelManifest
        {
            EncoderName = encoder.Name,
            Encoder = encoder.Config,
            Input = model.Merged.Input,
            Columns = model.Columns,
            Task = model.Task,
            Thresholds = model.Thresholds,
            Serving = model.Precision,
            Classes = model.Labels.Count,
            LabelType = model.Labels.TypeName,
            Labels = model.Labels.Names,
            Edits = EditsManifest.Of(model.Merged.Edits),
            Parts = parts,
        }.ToJson();
        context.SaveBinaryStream(ManifestPart, writer =>
        {
            writer.Write(SHA256.HashData(manifest));
            writer.Write(manifest);
        });
    }

    /// <summary>Called by ML.NET, which finds it by the assembly's attribute.</summary>
    public static AdaMixTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        CheckVersion(ctx);
        ModelPartReader parts = new(ctx, ReadManifest(ctx));
        ModelManifest manifest = parts.Manifest;
        string hash = EncoderHash(manifest);
        LoadedEncoder encoder = Encoders.Find(hash, manifest.Encoder) ?? Encoders.Add(hash, ReadEncoder(parts));
        MergedModel merged = parts.ReadTensors(TunedPart, source => TunedWeights.Read(source, manifest, encoder));
        parts.CheckRest(); // those of an encoder that is in memory already
        LabelKeys labels = LabelKeys.Restore(manifest.Classes, manifest.LabelType, manifest.Labels);
        return new AdaMixTransformer(env, new TextModel(merged, manifest.Task, labels, manifest.Columns, manifest.Thresholds, manifest.Serving));
    }

    internal static VersionInfo Version(uint version = FormatVersion) => new(
        modelSignature: "ADAMIXTC",
        verWrittenCur: version,
        verReadableCur: version,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ModelStore).Assembly.GetName().Name!);

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

    // Weights and tokenizer together.
    private static string EncoderHash(ModelManifest manifest) => string.Join('+', manifest.Parts
        .Where(part => part.Key != TunedPart)
        .OrderBy(part => part.Key, StringComparer.Ordinal)
        .Select(part => part.Value.Sha256));

    private static LoadedEncoder ReadEncoder(ModelPartReader parts)
    {
        ModelManifest manifest = parts.Manifest;
        Dictionary<string, byte[]> tokenizer = manifest.Parts.Keys
            .Where(part => part.StartsWith(TokenizerPrefix, StringComparison.Ordinal))
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
