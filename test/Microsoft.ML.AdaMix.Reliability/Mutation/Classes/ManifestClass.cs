using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.ModelFiles;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>
/// Manifests of models and delta files, mostly with their checksum in order, beside weights that are: what is accepted makes a model, and
/// says the same when it is written and read again.
/// </summary>
internal sealed class ManifestClass : FileClass
{
    private const int HashLength = SHA256.HashSizeInBytes;

    private readonly byte[] _delta;
    private readonly byte[] _exact;
    private readonly byte[] _compact;
    private readonly byte[] _deltaTuned;
    private readonly byte[] _encoder = TinyModel.Weights();
    private readonly JsonTemplate[] _templates;
    private readonly MLContext _ml = new();

    public ManifestClass()
    {
        byte[] model = TinyModelFile.Whole();
        byte[] delta = TinyModelFile.Delta();
        Valid = TinyModelFile.Part(model, ModelFormat.ManifestPart);
        _exact = TinyModelFile.Part(model, ModelFormat.TunedPart);
        _delta = TinyModelFile.Part(delta, ModelFormat.ManifestPart);
        _deltaTuned = TinyModelFile.Part(delta, ModelFormat.TunedPart);
        _compact = TinyModelFile.Part(delta, ModelFormat.CompactPart);
        _templates = [new JsonTemplate(Valid[HashLength..]), new JsonTemplate(_delta[HashLength..])];
    }

    public override byte[] Valid { get; }

    public override byte[] Mutate(Dice dice) => dice.OneIn(20)
        ? ByteMutator.Mutate(dice.OneIn(2) ? Valid : _delta, dice, [])
        : WithHash(dice.Pick(_templates).Mutate(dice));

    public override string? Read(byte[] file)
    {
        ModelManifest manifest = ManifestPart.Read(new MemoryStream(file), file.Length);
        ServedModel model = manifest.Restore(TunedWeights.Read(Source(manifest), manifest, Encoder(manifest)));
        using AdaMixTransformer transformer = new(_ml, model);
        byte[] once = ManifestJson.Write(manifest);
        byte[] again = ManifestJson.Write(ManifestJson.Read<ModelManifest>(once, "The manifest"));
        return !once.AsSpan().SequenceEqual(again)
                ? $"it becomes {Encoding.UTF8.GetString(once)} and then {Encoding.UTF8.GetString(again)}"
            : model.Labels.Count != model.Tuned.Head.Outputs ? $"it has {model.Labels.Count} labels for {model.Tuned.Head.Outputs} outputs"
            : null;
    }

    private static byte[] WithHash(byte[] json) => [.. SHA256.HashData(json), .. json];

    private ITensorSource Source(ModelManifest manifest) => manifest.Compact is { } entries
        ? new TunedSource(SafetensorsFile.Open(ByteRegion.From(_deltaTuned), "tuned"), CompactTensors.Read(_compact, entries))
        : SafetensorsFile.Open(ByteRegion.From(_exact), "tuned");

    // A delta file's encoder has its configuration; another one is not accepted.
    private LoadedEncoder Encoder(ModelManifest manifest) => manifest.OtherEncoder is null
        ? EncoderReader.Read("x", manifest.Encoder, SafetensorsFile.Open(ByteRegion.From(_encoder), "encoder"), TinyModel.Tokenizer)
        : manifest.Encoder == TinyModel.Config ? TinyModel.Encoder : throw new InvalidDataException("Another encoder.");
}
