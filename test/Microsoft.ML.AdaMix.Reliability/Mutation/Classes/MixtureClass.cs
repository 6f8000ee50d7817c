using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Checkpoints;
using Microsoft.ML.AdaMix.Inference;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>Mixture files: what is accepted is the original, tensor by tensor.</summary>
internal sealed class MixtureClass : FileClass
{
    private const int LengthField = sizeof(ulong);

    private readonly Scratch _scratch;
    private readonly MLContext _ml = new();
    private readonly PretrainedEncoder _encoder;
    private readonly JsonTemplate _header;
    private readonly JsonTemplate _manifest;
    private readonly JsonObject _plainHeader;
    private readonly byte[] _data;
    private readonly SafetensorsFile _original;

    public MixtureClass()
    {
        _scratch = Own(new Scratch());
        LibTorch.EnsureLoaded();
        TinyModel.WriteFolder(_scratch.File("encoder"));
        _encoder = PretrainedEncoder.FromFolder(_scratch.File("encoder"));
        Own(_encoder.KeepInMemory());
        Valid = Make();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(Valid);
        byte[] header = Valid[LengthField..(LengthField + length)];
        _data = Valid[(LengthField + length)..];
        _header = new JsonTemplate(header);
        _plainHeader = JsonNode.Parse(header)!.AsObject();
        _manifest = new JsonTemplate(Encoding.UTF8.GetBytes(_plainHeader["__metadata__"]!["adamix"]!.GetValue<string>()));
        _original = SafetensorsFile.Open(ByteRegion.From(Valid), "original");
    }

    public override byte[] Valid { get; }

    public override byte[] Mutate(Dice dice) => dice.Next(3) switch
    {
        0 => ByteMutator.Mutate(Valid, dice, [new Field(0, LengthField)]),
        1 => WithHeader(_header.Mutate(dice)),
        _ => WithManifest(_manifest.Mutate(dice)),
    };

    public override string? Read(byte[] file)
    {
        using TrainedMixture mixture = TrainedMixture.Load(_ml, _scratch.Write("mixture.safetensors", file), _encoder);
        using MemoryStream again = new();
        MixtureFile.Save(mixture, again);
        SafetensorsFile saved = SafetensorsFile.Open(ByteRegion.From(again.ToArray()), "again");
        return saved.Tensors.Count == _original.Tensors.Count
            && _original.Tensors.Keys.All(name => saved.Tensors.ContainsKey(name)
                && Tensors.AreEqual(saved.Read(name), _original.Read(name)))
                ? null
                : "its tensors are not the original's";
    }

    private byte[] WithHeader(byte[] header) => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data];

    private byte[] WithManifest(byte[] manifest)
    {
        JsonObject header = _plainHeader.DeepClone().AsObject();
        header["__metadata__"]!["adamix"] = Encoding.UTF8.GetString(manifest);
        return WithHeader(JsonSerializer.SerializeToUtf8Bytes(header));
    }

    private byte[] Make()
    {
        MixtureOptions options = new() { Experts = 2 };
        using Generator generator = new(1);
        AdapterTuning method = new() { Bottleneck = 2 };
        ITuningModule tuning = ((TuningMethod)method).Create(
            new MethodContext(TinyModel.Encoder, options.ExpertCount, options.Sharing, generator, CPU));
        ServedModel plain = TinyModel.Model with { Tuned = TinyModel.Model.Tuned with { Edits = [] } };
        IHost host = ((IHostEnvironment)_ml).Register("mutations");
        using TrainedMixture mixture = new(host, method, options, tuning, plain, CPU);
        using MemoryStream stream = new();
        MixtureFile.Save(mixture, stream);
        return stream.ToArray();
    }
}
