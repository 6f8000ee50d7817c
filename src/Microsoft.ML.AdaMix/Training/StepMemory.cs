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

        int batch = rows.MostSequences(settings.BatchSize);
        int tokens = rows.Longest([.. Enumerable.Range(0, rows.Sequences)]);
        int layers = model.Encoder.Config.Layers - (model.Tuning.FrozenLayers ?? 0);
        int passes = (task.LearnsFromConsistency && model.Mixture.ConsistencyOrUsual > 0) || options.ContrastiveRounds > 0 ? 2 : 1;
        int count = Sequences(settings.MicroBatchSize);
        long needed = Estimate(model.Encoder.Config, count, tokens, layers, passes, settings.GradientCheckpointing);
        if (needed > free)
        {
            string sequences = Counts.Of(count, rows.MostWindows > 1 ? "window" : "row");
            bool partsHelp = Sequences(SmallerPart(options)) < count;
            channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"A step of {sequences} of {tokens} tokens takes about {needed >> 20:N0} MiB, and {free >> 20:N0} MiB are free: training "
                + $"may fail for want of memory, or the system may end the process. {Remedy(options, partsHelp: partsHelp)}"));
        }

        int Sequences(int? microBatch)
        {
            StepParts parts = StepParts.Cut(
                batch, tokens, model.Encoder.Config.HiddenSize, passes, microBatch, model.Encoder.Device);
            int atOnce = Math.Min(parts.AtOnce, threads);
            return (int)Math.Min(batch, (long)Math.Max(parts.Rows, rows.MostWindows) * atOnce); // a text's windows stay together
        }
    }

    /// <summary>What makes a training need less memory.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="last">What else helps.</param>
    /// <param name="partsHelp">Whether smaller parts would, as far as is known; windows of a row cannot be parted.</param>
    public static string Remedy(AdaMixOptions options, string last = "give the process more memory", bool partsHelp = true)
    {
        List<string> remedies = [];
        string length = $"MaxLength (now {options.MaxLength})";
        bool hasWindows = options.LongTexts is { Combine: not WindowCombination.First };
        if (hasWindows)
        {
            remedies.Add($"lower LongTexts.MaxWindows (now {options.LongTexts!.MaxWindows}) or {length}");
        }

        if (partsHelp && (options.MicroBatchSize ?? options.BatchSize) > 1)
        {
            remedies.Add($"set MicroBatchSize to {SmallerPart(options)} (the same training in smaller parts)");
        }

        if (!options.GradientCheckpointing)
        {
            remedies.Add("set GradientCheckpointing");
        }

        remedies.Add($"lower BatchSize (now {options.BatchSize}){(hasWindows ? string.Empty : $" or {length}")}");
        return $"To need less, {string.Join(", ", remedies)}, or {last}.";
    }

    private static int SmallerPart(AdaMixOptions options) => Math.Max(1, (options.MicroBatchSize ?? options.BatchSize) / 4);
}
