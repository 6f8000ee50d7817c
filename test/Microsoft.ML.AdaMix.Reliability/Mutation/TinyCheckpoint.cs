using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>A checkpoint of a training that never was; each step has numbers of its own.</summary>
internal static class TinyCheckpoint
{
    /// <summary>What it says of itself.</summary>
    public static CheckpointManifest Manifest(TrainingSnapshot snapshot) => new()
    {
        Version = CheckpointManifest.CurrentVersion,
        ProductVersion = "0.1.0",
        Training = new TrainingIdentity(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["Epochs"] = "3" }),
        Place = new TrainingPlace("CPU", "Float32"),
        Position = snapshot.Place,
        History = snapshot.History,
    };

    /// <param name="step">Its step, 3 or more.</param>
    /// <param name="size">Trained numbers.</param>
    public static TrainingSnapshot Snapshot(int step = 3, int size = 5) => new()
    {
        Place = new TrainingPosition
        {
            Epoch = 2,
            Batch = 1,
            Steps = step,
            IsFinished = false,
            Shuffling = 1,
            Routing = ulong.MaxValue,
            Masks = 3,
            BestMetric = 0.5,
            BestLoss = double.NaN,
            EpochsSinceBest = 0,
            OptimizerSteps = [3, 0, 2],
        },
        History = new TrainingHistory
        {
            Rows = 12,
            TotalSeconds = 1.5,
            TrainingSeconds = 1.25,
            Epochs = [new EpochEnd(1, 2, 0.5, double.NaN, 1)],
            Losses = Numbers(step, 0.5f),
            ConsistencyLosses = Numbers(step, 0.25f),
        },
        Weights = Tensor(size, step),
        Mean = Tensor(size, 10 * step),
        Square = Tensor(size, 100 * step),
        Best = Tensor(size, 1000 * step),
    };

    private static HostTensor Tensor(int count, float first) => HostTensor.From([count], Numbers(count, first));

    private static float[] Numbers(int count, float first) => [.. Enumerable.Range(0, count).Select(index => first + index)];
}
