using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Reliability.Mutation;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Checkpoints are saved one after the other, and all but the last ones removed, as a training does it.</summary>
/// <remarks>After a kill the newest one is, bit for bit, the last that was saved or the one that was being saved.</remarks>
internal sealed class CheckpointScenario : IKillScenario
{
    private const int First = 3;
    private const int Kept = 2;
    private const int Size = 30_000; // trained numbers

    public string Name => "checkpoints";

    public int LongestMilliseconds => 30;

    public void Work(string folder, ChildState state)
    {
        for (long first = state.Done; ; state.Done++)
        {
            byte[] checkpoint = Bytes(state.Done);
            AtomicFile.Write(PathOf(folder, state.Done), stream => stream.Write(checkpoint));
            CheckpointFolder.Keep(folder, Kept);
            state.IsReady |= state.Done > first;
        }
    }

    public string? Check(string folder, ChildState state)
    {
        IReadOnlyList<string> found = CheckpointFolder.List(folder);
        if (found.Count == 0)
        {
            return state.Done == 0 ? null : "no checkpoint is there.";
        }

        long newest = CheckpointFolder.StepOf(found[0])!.Value - First;
        if (newest != state.Done && newest != state.Done - 1)
        {
            return $"the newest checkpoint is {newest}, and {state.Done} were saved.";
        }

        // One more may be there where the kill came before it was removed.
        return found.Count > Kept + 1 ? $"{found.Count} checkpoints were kept."
            : found.FirstOrDefault(path => !File.ReadAllBytes(path).AsSpan().SequenceEqual(
                Bytes(CheckpointFolder.StepOf(path)!.Value - First))) is { } torn ? $"'{torn}' is torn."
            : null;
    }

    private static string PathOf(string folder, long number) => CheckpointFolder.PathOf(folder, (int)number + First);

    // Losses have as many numbers as there were steps; of a real training they are few.
    private static byte[] Bytes(long number)
    {
        TrainingSnapshot snapshot = TinyCheckpoint.Snapshot((int)number + First, Size);
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, TinyCheckpoint.Manifest(snapshot), snapshot);
        return stream.ToArray();
    }
}
