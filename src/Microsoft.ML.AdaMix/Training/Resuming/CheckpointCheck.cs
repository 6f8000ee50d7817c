using Microsoft.ML.AdaMix.Checkpoints;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>Holds what a checkpoint says against itself: a file can be whole and yet made by somebody.</summary>
internal static class CheckpointCheck
{
    /// <param name="manifest">What it says.</param>
    /// <param name="shapes">Of its tensors.</param>
    /// <param name="name">Its file, for messages.</param>
    /// <exception cref="InvalidDataException">Something does not fit the rest.</exception>
    public static void RequireConsistent(CheckpointManifest manifest, IReadOnlyDictionary<string, int[]> shapes, string name)
    {
        TrainingPosition place = manifest.Position;
        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw new InvalidDataException($"The checkpoint '{name}' {problem}; the file is damaged.");
            }
        }

        void RequireLength(string tensor, long? length)
        {
            int[]? shape = shapes.GetValueOrDefault(tensor);
            Require(
                shape is [var size] && (length is null || size == length),
                $"has a tensor '{tensor}' of shape {(shape is null ? "none" : TensorEntry.Describe(shape))}; expected is "
                + $"[{(length is null ? "n" : $"{length}")}]");
        }

        Require(
            manifest.History.Epochs.All(epoch => epoch is not null) && manifest.Training.Facts.Values.All(fact => fact is not null),
            "has null in a list");
        RequireLength(CheckpointFile.Weights, null);
        long trained = shapes[CheckpointFile.Weights][0];
        RequireLength(CheckpointFile.Mean, trained);
        RequireLength(CheckpointFile.Square, trained);
        if (shapes.ContainsKey(CheckpointFile.Best))
        {
            RequireLength(CheckpointFile.Best, trained);
        }

        Require(
            place is { Epoch: >= 1, Batch: >= 0, Steps: >= 1 } or { Epoch: 1, Batch: 0, Steps: 0 }, // what follows pairs is at step 0
            $"is at epoch {place.Epoch}, batch {place.Batch}, step {place.Steps}");
        RequireLength(CheckpointFile.Losses, place.Steps);
        RequireLength(CheckpointFile.ConsistencyLosses, place.Steps);
        Require(
            place.EpochsSinceBest >= 0 && place.EpochsSinceBest < place.Epoch,
            $"has its best epoch at {place.Epoch} - 1 - {place.EpochsSinceBest}");
        Require(place.OptimizerSteps.All(steps => steps >= 0 && steps <= place.Steps), "has steps of the optimiser that were never done");
        Require(
            manifest.History.Epochs.Count == place.Epoch - 1
            && manifest.History.Epochs.Index().All(epoch => epoch.Item.Epoch == epoch.Index + 1)
            && manifest.History.Epochs.Select(epoch => epoch.Steps).Append(place.Steps).Prepend(0).ToArray() is var steps
            && steps.Zip(steps.Skip(1)).All(pair => pair.First <= pair.Second),
            "has a history that does not lead to its place");
        Require(
            manifest.History is
            {
                TotalSeconds: >= 0 and < int.MaxValue, TrainingSeconds: >= 0 and < int.MaxValue, PairSeconds: >= 0 and < int.MaxValue,
                Rows: >= 0,
            },
            "has times that cannot be");
    }
}
