using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>
/// Saves and loads a model inside an ML.NET model: a manifest (JSON behind its own SHA-256) and parts (weights in the safetensors format,
/// tokenizer files), each with its length and SHA-256 in the manifest.
/// </summary>
/// <remarks>A loaded model is complete and unaltered, or there is an error.</remarks>
internal static class ModelStore
{
    public static void Save(ModelSaveContext context, ServedModel model)
    {
        DeltaScope? delta = DeltaScope.Current is { Precision: not null } scope ? scope : null;
        context.SetVersionInfo(ModelFormat.Version(
            readableFrom: model.Tuned.Input.Windows is not null ? ModelFormat.Current
                : model.Tuned.Input.Template is not null ? ModelFormat.Fourth
                : model.Training is not null ? ModelFormat.Third
                : delta is null ? ModelFormat.First : ModelFormat.Second));
        LoadedEncoder encoder = model.Tuned.Encoder;
        ModelPartWriter parts = new(context);
        if (delta is null)
        {
            WriteEncoder(parts, encoder);
        }

        CompactEntry[] compact = WriteTuned(parts, model.Tuned, delta?.Precision ?? DeltaPrecision.Exact);
        EncoderIdentity? left = delta is null ? null : EncoderExtras.For(encoder).Identity;
        parts.WriteManifest(new ModelManifest(model)
        {
            Parts = parts.Written,
            OtherEncoder = left,
            Compact = compact.Length == 0 ? null : compact,
        });
        if (left is not null)
        {
            delta!.CountSaved();
            KnownEncoders.Add(left.Sha256(), encoder); // to be found while it is in memory
        }
    }

    /// <exception cref="InvalidDataException">The model is damaged, or was written by a later version.</exception>
    public static ServedModel Load(ModelLoadContext context)
    {
        ModelFormat.Check(context);
        ModelContainer.Check(context);
        ModelPartReader parts = new(context);
        LoadedEncoder encoder = parts.Manifest.DescribeOtherEncoder() is { } other ? FindOther(other) : FindOrReadEncoder(parts);
        TunedModel tuned = parts.ReadTensors(
            ModelFormat.TunedPart, source => TunedWeights.Read(WithCompact(source, parts), parts.Manifest, encoder));
        parts.CheckRest(); // those of an encoder that is in memory already
        EncoderExtras.For(encoder).Tokenizer(tuned.Input); // refuses one that does not fit the encoder
        return parts.Manifest.Restore(tuned);
    }

    private static void WriteEncoder(ModelPartWriter parts, LoadedEncoder encoder)
    {
        parts.Write(ModelFormat.EncoderPart, stream => EncoderIdentity.WriteWeights(stream, encoder));
        foreach ((string name, byte[] content) in encoder.Tokenizer.Contents)
        {
            parts.Write(ModelFormat.TokenizerPart(name), stream => stream.Write(content));
        }
    }

    /// <returns>What stands in the compact part.</returns>
    private static CompactEntry[] WriteTuned(ModelPartWriter parts, TunedModel model, DeltaPrecision precision)
    {
        TunedTensor[] tuned = [.. TunedTensors.List(model)];
        TunedTensor[] compact = precision == DeltaPrecision.Compact
            ? [.. tuned.Where(tensor => CompactTensors.Takes(tensor.Tensor) && !tensor.IsExact)]
            : [];
        parts.Write(ModelFormat.TunedPart, stream => SafetensorsWriter.Write(
            stream, [.. tuned.Except(compact).Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor))]));
        if (compact.Length > 0)
        {
            parts.Write(ModelFormat.CompactPart, stream => stream.Write(CompactTensors.Write([.. compact.Select(tensor =>
                new CompactTensor(tensor.Tensor, TunedTensors.IsHead(tensor.Name) ? CompactTensors.Fine : CompactTensors.Coarse))])));
        }

        return [.. compact.Select(tensor => new CompactEntry(tensor.Name, tensor.Shape[0], tensor.Shape[1]))];
    }

    private static ITensorSource WithCompact(ITensorSource exact, ModelPartReader parts) => parts.Manifest.Compact is { } entries
        ? new TunedSource(exact, CompactTensors.Read(parts.ReadArray(ModelFormat.CompactPart, Array.MaxLength), entries))
        : exact;

    private static LoadedEncoder FindOther(EncoderDescription wanted) => DeltaScope.Current?.UseEncoder() is { } given
        ? EncoderFinder.Require(wanted, given, "The delta file")
        : EncoderFinder.Find(wanted);

    private static LoadedEncoder FindOrReadEncoder(ModelPartReader parts)
    {
        ModelManifest manifest = parts.Manifest;
        string sha256 = manifest.OwnEncoder().Sha256();
        return KnownEncoders.Find(sha256, manifest.Encoder) ?? KnownEncoders.Add(sha256, ReadEncoder(parts));
    }

    private static LoadedEncoder ReadEncoder(ModelPartReader parts)
    {
        string name = parts.Manifest.EncoderName;
        IEnumerable<string> files = parts.Manifest.Parts.Keys.Select(ModelFormat.TokenizerFile).OfType<string>();
        TokenizerFiles tokenizer = new(name, files.ToDictionary(
            file => file,
            file => parts.ReadArray(ModelFormat.TokenizerPart(file), TokenizerFiles.LargestFile),
            StringComparer.Ordinal));
        return parts.ReadTensors(ModelFormat.EncoderPart, source => EncoderReader.Read(name, parts.Manifest.Encoder, source, tokenizer));
    }
}
