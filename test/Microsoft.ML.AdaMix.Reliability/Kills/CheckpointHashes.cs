using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>What a checkpoint holds, but for times.</summary>
/// <param name="Epoch">Its running epoch.</param>
/// <param name="Steps">What steps change: weights, moments, random numbers, losses.</param>
/// <param name="Evaluations">What evaluations change: the best epoch, and how many came after it.</param>
internal sealed record CheckpointHashes(int Epoch, string Steps, string Evaluations)
{
    public static CheckpointHashes Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        TrainingSnapshot snapshot = CheckpointFile.Read(stream, path).Snapshot;
        TrainingPosition place = snapshot.Place;
        return new CheckpointHashes(
            place.Epoch,
            Hash(
                JsonSerializer.SerializeToUtf8Bytes(new { place.Steps, place.Routing, place.Masks, place.OptimizerSteps }),
                Bytes(snapshot.History.Losses), Bytes(snapshot.History.ConsistencyLosses),
                Bytes(snapshot.Weights), Bytes(snapshot.Mean), Bytes(snapshot.Square)),
            Hash(JsonSerializer.SerializeToUtf8Bytes(place), JsonSerializer.SerializeToUtf8Bytes(snapshot.History.Epochs),
                snapshot.Best is { } best ? Bytes(best) : []));
    }

    /// <summary>Whether it is that of an undisturbed training, which is the last one of its step.</summary>
    /// <remarks>After an epoch's last step there is one before its evaluation too.</remarks>
    public bool IsThatOf(CheckpointHashes undisturbed) =>
        Steps == undisturbed.Steps && (Evaluations == undisturbed.Evaluations || Epoch + 1 == undisturbed.Epoch);

    private static byte[] Bytes(HostTensor tensor) => MemoryMarshal.AsBytes(tensor.Values.Span).ToArray();

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static string Hash(params byte[][] parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Array.ForEach(parts, hash.AppendData);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
