using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>Checkpoints of a training: what is accepted is the original.</summary>
internal sealed class CheckpointClass : FileClass
{
    private const int LengthField = sizeof(ulong);

    private static readonly TrainingSnapshot Snapshot = TinyCheckpoint.Snapshot();

    private readonly JsonTemplate _header;
    private readonly JsonTemplate _manifest;
    private readonly JsonObject _plainHeader;
    private readonly byte[] _data;

    public CheckpointClass()
    {
        Valid = Make();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(Valid);
        byte[] header = Valid[LengthField..(LengthField + length)];
        _data = Valid[(LengthField + length)..];
        _header = new JsonTemplate(header);
        _plainHeader = JsonNode.Parse(header)!.AsObject();
        _manifest = new JsonTemplate(Encoding.UTF8.GetBytes(_plainHeader["__metadata__"]!["adamix-checkpoint"]!.GetValue<string>()));
    }

    public override byte[] Valid { get; }

    public override byte[] Mutate(Dice dice) => dice.Next(4) switch
    {
        0 => ByteMutator.Mutate(Valid, dice, [new Field(0, LengthField)]),
        1 => WithHeader(_header.Mutate(dice)),
        2 => WithManifestAndHash(_manifest.Mutate(dice)),
        _ => WithManifest(_manifest.Mutate(dice)),
    };

    public override string? Read(byte[] file)
    {
        (CheckpointManifest manifest, TrainingSnapshot snapshot) = CheckpointFile.Read(new MemoryStream(file), "checkpoint");
        using MemoryStream again = new();
        CheckpointFile.Write(again, manifest, snapshot);
        byte[] written = again.ToArray();
        return written.AsSpan().SequenceEqual(Valid) || written.AsSpan().SequenceEqual(file) ? null : "it is not the original";
    }

    /// <summary>Of a later version it says so.</summary>
    public override bool Documents(Exception error) => error is InvalidDataException or NotSupportedException;

    private byte[] WithHeader(byte[] header) => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. _data];

    private byte[] WithManifest(byte[] manifest)
    {
        JsonObject header = _plainHeader.DeepClone().AsObject();
        header["__metadata__"]!["adamix-checkpoint"] = Encoding.UTF8.GetString(manifest);
        return WithHeader(JsonSerializer.SerializeToUtf8Bytes(header));
    }

    // As somebody would who knows the format.
    private byte[] WithManifestAndHash(byte[] manifest)
    {
        try
        {
            using MemoryStream stream = new();
            CheckpointFile.Write(stream, JsonSerializer.Deserialize<CheckpointManifest>(manifest, StrictJson.Options)!, Snapshot);
            return stream.ToArray();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return WithManifest(manifest);
        }
    }

    private static byte[] Make()
    {
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, TinyCheckpoint.Manifest(Snapshot), Snapshot);
        return stream.ToArray();
    }
}
