using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Mutation.Classes;

/// <summary>Checkpoints of a training: what is accepted is the original.</summary>
internal sealed class CheckpointClass : FileClass
{
    private const int LengthField = sizeof(ulong);

    private static readonly TrainingSnapshot Snapshot = MakeSnapshot();

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

    private static TrainingSnapshot MakeSnapshot()
    {
        static HostTensor Numbers(int count, float first) =>
            HostTensor.From([count], [.. Enumerable.Range(0, count).Select(index => first + index)]);
        TrainingPosition place = new()
        {
            Epoch = 2,
            Batch = 1,
            Steps = 3,
            IsFinished = false,
            Shuffling = 1,
            Routing = ulong.MaxValue,
            Masks = 3,
            BestMetric = 0.5,
            BestLoss = double.NaN,
            EpochsSinceBest = 0,
            OptimizerSteps = [3, 0, 2],
        };
        TrainingHistory history = new()
        {
            Rows = 12,
            TotalSeconds = 1.5,
            TrainingSeconds = 1.25,
            Epochs = [new EpochEnd(1, 2, 0.5, double.NaN, 1)],
            Losses = [0.9f, 0.8f, 0.7f],
            ConsistencyLosses = [0.1f, 0.2f, 0.3f],
        };
        return new TrainingSnapshot
        {
            Place = place,
            History = history,
            Weights = Numbers(5, 1),
            Mean = Numbers(5, 10),
            Square = Numbers(5, 100),
            Best = Numbers(5, 1000),
        };
    }

    private static byte[] Make()
    {
        CheckpointManifest manifest = new()
        {
            Version = CheckpointManifest.CurrentVersion,
            ProductVersion = "0.1.0",
            Training = new TrainingIdentity(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["Epochs"] = "3" }),
            Place = new TrainingPlace("CPU", "Float32"),
            Position = Snapshot.Place,
            History = Snapshot.History,
        };
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, manifest, Snapshot);
        return stream.ToArray();
    }
}
