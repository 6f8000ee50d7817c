using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Reading.Labels;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>One call of Fit, from a view to trained experts.</summary>
internal sealed class TrainingRun(
    IHost host, AdaMixOptions options, TextTask task, int seed, IProgress<TrainingProgress>? listener, CancellationToken cancellation)
{
    /// <param name="input">Rows to train on.</param>
    /// <param name="validationSet">Rows on which each epoch is judged; null for none, or a fraction of the others.</param>
    public TrainedMixture Run(IDataView input, IDataView? validationSet)
    {
        using IChannel channel = host.Start("Training");
        OutputSchema.Create(HostInternals.Shape(input.Schema), options, task);
        TrainingColumns columns = TrainingColumns.Of(input.Schema, options);
        LabelColumn label = LabelColumn.Of(task, columns.Label);
        LoadedEncoder encoder = options.Encoder.Load();
        RowTokenizer tokenizer = RowTokenizer.Create(encoder, options, channel);
        TrainingData data = TrainingData.Read(input, columns, label, tokenizer, CheckCanceled);
        DataCheck.Check(data, task, options, channel);
        LibTorch.EnsureLoaded();
        TrainingRows rows = data.ToRows();
        (TrainingRows training, TrainingRows? validation) = Split(rows, validationSet, label, tokenizer, channel);
        float[]? labelWeights = LabelWeights.Of(options.ClassWeights, task, label.Keys, training.Targets);
        if (labelWeights is not null && task != TextTask.MultiLabel)
        {
            training = training with { Weights = LabelWeights.OfRows(training.Weights, labelWeights, training.Targets) };
        }

        TargetScaling? scaling = task == TextTask.Regression ? TargetScaling.Of(training.Targets, options.LabelColumnName) : null;
        if (scaling is not null)
        {
            training = training with { Targets = scaling.Scale(training.Targets) };
            validation = validation is null ? null : validation with { Targets = scaling.Scale(validation.Targets) };
        }

        ITrainingTask trained = task switch
        {
            TextTask.Regression => new RegressionTask(),
            TextTask.MultiLabel => new MultiLabelTask(label.Keys.Count, options.LabelSmoothing, labelWeights),
            _ => new ClassificationTask(label.Keys.Count, options.LabelSmoothing),
        };
        return Train(encoder, trained, tokenizer.Input, training, validation, label.Keys, scaling, channel);
    }

    private TrainedMixture Train(
        LoadedEncoder encoder, ITrainingTask trained, TextInput text, TrainingRows training, TrainingRows? validation, LabelKeys labels, TargetScaling? scaling, IChannel channel)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = TrainingDevices.Choose(options.Device);
        EncoderConfig config = encoder.Config;
        ScalarType precision = PrecisionProbe.Choose(options.Precision, config, device);
        MixtureOptions mixture = options.EffectiveMixture;
        using Generator generator = new(RandomSource.For(seed, "weights").NextUInt64(), CPU);
        ITuningModule tuning = options.Method.Create(new MethodContext(encoder, mixture.Experts, mixture.Sharing, generator, device));
        try
        {
            using TunedClassifier model = new(
                new FrozenEncoder(encoder, device, precision),
                tuning,
                new ClassificationHead(encoder, trained.Outputs, options.Dropout ?? config.ClassifierDropout ?? config.HiddenDropout, generator, device),
                mixture);
            double rate = options.LearningRate ?? options.Method.LearningRate(config, mixture.ExpertsInTurn);
            channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"{options.Method} ({mixture.Experts} experts) on {encoder.Name}: {training.Count} rows, {validation?.Count ?? 0} for validation, {trained.Outputs} outputs, {model.Parameters.Sum(parameter => parameter.Value.numel())} trained parameters, learning rate {rate:g3}, seed {seed}, {device}, encoder in {precision}."));
            DataCheck.CheckSteps(training.Count, mixture.ExpertsInTurn, options, channel);
            TrainingSettings settings = new(
                options.Epochs, options.BatchSize, rate, options.WarmupRatio, options.MaxGradientNorm,
                mixture,
                new AdamWSettings(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay),
                options.Dropout ?? config.HiddenDropout, options.Dropout ?? config.AttentionDropout, seed, options.EarlyStoppingPatience)
            {
                MicroBatchSize = options.MicroBatchSize,
                GradientCheckpointing = options.GradientCheckpointing,
                FrozenDropout = options.FrozenDropout,
                FrozenCacheBytes = (long)options.FrozenCacheMegabytes << 20,
                KeepBestEpoch = options.KeepBestEpoch,
            };
            if (settings.SharesFrozenPart && tuning.FrozenLayers is > 0 and var frozen)
            {
                channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                    $"Nothing changes below layer {frozen}: it is computed once a step, and kept for later epochs up to {options.FrozenCacheMegabytes} MiB of {FrozenStates.Needed(model, training.Ids) >> 20} MiB."));
            }

            new TrainingLoop(model, trained, settings, progress => Report(progress, trained, channel), CheckCanceled).Run(training, validation);
            float[]? thresholds = task == TextTask.MultiLabel && validation is not null
                ? Thresholds.Tune(Evaluation.Logits(model, validation.Ids, settings.EvaluationBatchSize, CheckCanceled), validation)
                : null;
            HeadWeights head = model.Head.ToHost();
            TunedModel untuned = new(encoder, EncoderEdits.None, scaling?.Unscale(head) ?? head, text);
            ServedModel plain = new(untuned, task, labels, OutputSchema.Columns(options), thresholds, options.ServingPrecision);
            return new TrainedMixture(host, options.Method, mixture, tuning, plain, device);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    private (TrainingRows Training, TrainingRows? Validation) Split(
        TrainingRows rows, IDataView? validationSet, LabelColumn label, RowTokenizer tokenizer, IChannel channel)
    {
        if (validationSet is not null)
        {
            TrainingData data = TrainingData.Read(validationSet, TrainingColumns.Of(validationSet.Schema, options), label, tokenizer, CheckCanceled);
            if (data.WithoutLabel > 0)
            {
                channel.Warning(MessageSensitivity.None, $"{data.WithoutLabel} validation rows have no label, or one that training does not know; they are left out.");
            }

            return data.Ids.Count > 0
                ? (rows, data.ToRows())
                : throw new InvalidOperationException($"The validation data has no row with a known label in column '{options.LabelColumnName}'.");
        }

        if (options.ValidationFraction == 0)
        {
            return (rows, null);
        }

        int[] strata = task is TextTask.Multiclass or TextTask.Binary ? Array.ConvertAll(rows.Targets, target => (int)target) : new int[rows.Count];
        (int[] training, int[] heldOut) = StratifiedSplit.Split(strata, options.ValidationFraction, RandomSource.For(seed, "validation"));
        if (heldOut.Length == 0)
        {
            channel.Warning(MessageSensitivity.None, $"{rows.Count} rows are too few to hold out a fraction of {options.ValidationFraction}; training goes on without validation.");
            return (rows, null);
        }

        return (rows.Select(training), rows.Select(heldOut));
    }

    private void Report(TrainingProgress progress, ITrainingTask trained, IChannel channel)
    {
        listener?.Report(progress);
        if (progress.EpochEnded)
        {
            string validation = progress.ValidationMetric is { } metric
                ? FormattableString.Invariant($", validation {trained.Metric} {metric:f4}, loss {progress.ValidationLoss:f4}")
                : string.Empty;
            channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:f4}, consistency {progress.ConsistencyLoss:f4}{validation}, {progress.RowsPerSecond:f1} rows/s, {progress.Remaining.TotalSeconds:f0} s left."));
        }
    }

    private void CheckCanceled()
    {
        cancellation.ThrowIfCancellationRequested();
        HostInternals.ThrowIfCanceled(host);
    }
}
