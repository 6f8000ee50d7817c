using System.Globalization;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.AdaMix.Wording;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Training;

/// <summary>How much memory a step takes beside the weights, about; and what makes it less.</summary>
internal static class StepMemory
{
    // Numbers of four bytes that a layer keeps for its gradient, measured with bfloat16 weights: a token's in units of the hidden and of
    // the intermediate size, and a pair of tokens' in a head.
    private const double Hidden = 8;
    private const double Intermediate = 1.5;
    private const double Scores = 2;

    /// <summary>Bytes that the longest rows of some data take in one step.</summary>
    /// <param name="config">The encoder's.</param>
    /// <param name="rows">Rows of a pass.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="layers">Layers with a gradient.</param>
    /// <param name="passes">Passes that are kept at once.</param>
    /// <param name="recomputed">Whether a layer keeps its input alone.</param>
    public static long Estimate(EncoderConfig config, int rows, int tokens, int layers, int passes, bool recomputed)
    {
        double layer = sizeof(float) * (double)rows * tokens
            * ((Hidden * config.HiddenSize) + (Intermediate * config.IntermediateSize) + (Scores * config.Heads * tokens));
        double input = sizeof(float) * (double)rows * tokens * config.HiddenSize;
        return (long)(recomputed ? layer + (passes * layers * input) : passes * layers * layer);
    }

    /// <summary>
    /// Warns before training if a step probably takes more than is free. On a GPU libtorch itself says so at the first step.
    /// </summary>
    public static void Check(
        TunedClassifier model, ITrainingTask task, TrainingSettings settings, TokenTable rows, AdaMixOptions options, IChannel channel,
        int threads)
    {
        if (model.Encoder.Device.type != DeviceType.CPU || ProcessMemory.Free() is not { } free)
        {
            return;
        }

        int batch = Math.Min(rows.Count, settings.BatchSize);
        int tokens = rows.Longest([.. Enumerable.Range(0, rows.Count)]);
        int layers = model.Encoder.Config.Layers - (model.Tuning.FrozenLayers ?? 0);
        int passes = task.LearnsFromConsistency && model.Mixture.ConsistencyWeight > 0 ? 2 : 1;
        StepParts parts = StepParts.Cut(
            batch, tokens, model.Encoder.Config.HiddenSize, passes, settings.MicroBatchSize, model.Encoder.Device);
        int count = (int)Math.Min(batch, (long)parts.Rows * Math.Min(parts.AtOnce, threads));
        long needed = Estimate(model.Encoder.Config, count, tokens, layers, passes, settings.GradientCheckpointing);
        if (needed > free)
        {
            channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"A step of {Counts.Of(count, "row")} of {tokens} tokens takes about {needed >> 20:N0} MiB, and {free >> 20:N0} MiB are "
                + $"free: training may fail for want of memory, or the system may end the process. {Remedy(options)}"));
        }
    }

    /// <summary>What makes a training need less memory.</summary>
    public static string Remedy(AdaMixOptions options)
    {
        int rows = options.MicroBatchSize ?? options.BatchSize;
        List<string> remedies = [];
        if (rows > 1)
        {
            remedies.Add($"set MicroBatchSize to {Math.Max(1, rows / 4)} (the same training in smaller parts)");
        }

        if (!options.GradientCheckpointing)
        {
            remedies.Add("set GradientCheckpointing");
        }

        remedies.Add($"lower BatchSize (now {options.BatchSize}) or MaxLength (now {options.MaxLength})");
        return $"To need less, {string.Join(", ", remedies)}, or give the process more memory.";
    }
}
