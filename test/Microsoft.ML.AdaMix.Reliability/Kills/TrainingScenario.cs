using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.AdaMix.Files;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reliability.Samples;
using Microsoft.ML.AdaMix.Training.Resuming;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>
/// Trainings with checkpoints go on, kill after kill, to their end: AdaMix, LoRA and full fine-tuning, with and without validation, early
/// stopping, rising consistency, kept frozen states and micro-batches, in turn.
/// </summary>
/// <remarks>
/// After a kill the newest checkpoint is, bit for bit, that of its step in a training that nobody disturbed; and so are the weights of each
/// model whose training came to its end.
/// </remarks>
internal sealed class TrainingScenario : IKillScenario
{
    private static readonly AdaMixOptions Base = new()
    {
        Epochs = 3,
        BatchSize = 4,
        MaxLength = 16,
        Precision = TrainingPrecision.Float32,
        Device = TrainingDevice.Cpu,
        Seed = 1,
        Dropout = 0.1,
        Method = new AdapterTuning { Bottleneck = 4 },
        Mixture = new MixtureOptions { Experts = 2 },
    };

    private static readonly AdaMixOptions[] Variants =
    [
        Base,
        Base with { ValidationFraction = 0.3 },
        Base with { Method = new LoraTuning { Rank = 2 }, ValidationFraction = 0.3, Epochs = 6, EarlyStoppingPatience = 1 },
        Base with { Method = new FullFineTuning(), Mixture = null, ValidationFraction = 0.3 },
        Base with { Mixture = new MixtureOptions { Experts = 2, ConsistencyRampUp = 0.5 }, MicroBatchSize = 2 },
        Base with
        {
            Method = new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, FrozenDropout = false, ValidationFraction = 0.3,
        },
        Base with { Method = new LoraTuning { Rank = 2 }, MicroBatchSize = 3, GradientCheckpointing = true },
        Base with { Method = new FullFineTuning(), Mixture = null, KeepBestEpoch = false, ValidationFraction = 0.3 },
    ];

    private readonly Undisturbed?[] _undisturbed = new Undisturbed?[Variants.Length];

    public string Name => "training";

    public int LongestMilliseconds => 250;

    public void Work(string folder, ChildState state)
    {
        PretrainedEncoder encoder = Encoder(folder);
        for (; ; state.Done++)
        {
            AdaMixOptions options = Variants[state.Done % Variants.Length] with
            {
                Encoder = encoder,
                Checkpoints = new CheckpointOptions { Folder = CheckpointsOf(folder, state.Done), Steps = 1 + ((int)state.Done % 3) },
            };
            byte[] weights = Train(options, new Ready(state));
            AtomicFile.Write(WeightsOf(folder, state.Done), stream => stream.Write(weights));
        }
    }

    public string? Check(string folder, ChildState state)
    {
        // Of the last training the child may not have been able to say that it is done.
        for (long number = Math.Max(0, state.Done - 8); number <= state.Done; number++)
        {
            if (CheckTraining(folder, number, mayRun: number == state.Done) is { } loss)
            {
                return $"training {number}: {loss}";
            }
        }

        return null;
    }

    private string? CheckTraining(string folder, long number, bool mayRun)
    {
        Undisturbed expected = _undisturbed[number % Variants.Length] ??= RunUndisturbed(Variants[number % Variants.Length]);
        if (CheckpointFolder.List(CheckpointsOf(folder, number)) is [var newest, ..])
        {
            try
            {
                if (!expected.Checkpoints.TryGetValue(CheckpointFolder.StepOf(newest)!.Value, out CheckpointHashes? undisturbed)
                    || !CheckpointHashes.Of(newest).IsThatOf(undisturbed))
                {
                    return $"'{newest}' is not that of an undisturbed training.";
                }
            }
            catch (Exception error)
            {
                return $"'{newest}' cannot be read: {error.Message}";
            }
        }

        if (!File.Exists(WeightsOf(folder, number)))
        {
            return mayRun || !Directory.Exists(CheckpointsOf(folder, number)) ? null : "it is over and left no weights.";
        }

        if (!File.ReadAllBytes(WeightsOf(folder, number)).AsSpan().SequenceEqual(expected.Weights))
        {
            return "its weights are not those of an undisturbed training.";
        }

        if (!mayRun)
        {
            Directory.Delete(CheckpointsOf(folder, number), recursive: true);
            File.Delete(WeightsOf(folder, number));
        }

        return null;
    }

    private static Undisturbed RunUndisturbed(AdaMixOptions variant)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-kills-");
        try
        {
            PretrainedEncoder encoder = Encoder(folder.FullName);
            byte[] weights = Train(variant with { Encoder = encoder }, null);
            CheckpointOptions all = new() { Folder = CheckpointsOf(folder.FullName, 0), Steps = 1, Keep = 1000 };
            byte[] again = Train(variant with { Encoder = encoder, Checkpoints = all }, null);
            Dictionary<int, CheckpointHashes> checkpoints = CheckpointFolder.List(all.Folder).ToDictionary(
                path => CheckpointFolder.StepOf(path)!.Value, CheckpointHashes.Of);
            return again.AsSpan().SequenceEqual(weights)
                ? new Undisturbed(weights, checkpoints)
                : throw new InvalidOperationException("A training with checkpoints gives another model than one without.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string CheckpointsOf(string folder, long number) => Path.Combine(folder, $"training-{number}");

    private static string WeightsOf(string folder, long number) => Path.Combine(folder, $"weights-{number}");

    private static PretrainedEncoder Encoder(string folder)
    {
        LibTorch.EnsureLoaded();
        string path = Path.Combine(folder, "encoder");
        if (!Directory.Exists(path))
        {
            string making = path + "-" + Guid.NewGuid();
            TinyEncoder.Write(making);
            Directory.Move(making, path);
        }

        return PretrainedEncoder.FromFolder(path);
    }

    private static byte[] Train(AdaMixOptions options, IProgress<TrainingProgress>? progress)
    {
        MLContext ml = new(1);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(row => new Row
        {
            Text = $"{(row % 2 == 0 ? "a small animal" : "cuts wood")} {row}",
            Label = row % 2 == 0,
        }));
        using AdaMixTransformer model = ml.BinaryClassification.Trainers.AdaMix(options, null, progress, default).Fit(rows);
        return Hash(model.Model.Tuned);
    }

    // Of all that was trained; a fully tuned encoder is the model's own.
    private static byte[] Hash(TunedModel model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (HostTensor tensor in TunedTensors.List(model).Select(tensor => tensor.Tensor)
            .Concat(model.Encoder.Weights.OrderBy(weight => weight.Key, StringComparer.Ordinal).Select(weight => weight.Value)))
        {
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.Span));
        }

        return hash.GetHashAndReset();
    }

    /// <param name="Weights">Hash of the trained model's.</param>
    /// <param name="Checkpoints">What was written, by step.</param>
    private sealed record Undisturbed(byte[] Weights, Dictionary<int, CheckpointHashes> Checkpoints);

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }

    // The child may be killed once a first step was reported or done: its code is loaded then.
    private sealed class Ready(ChildState state) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => state.IsReady = true;
    }
}
