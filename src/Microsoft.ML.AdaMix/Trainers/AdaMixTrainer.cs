using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Fine-tunes a pretrained RoBERTa or BERT encoder as a text classifier with AdaMix (Wang et al., EMNLP 2022): the encoder is frozen, small adapters with
/// several experts a layer are trained with random routes, and the experts' mean serves. Made by <c>mlContext.MulticlassClassification.Trainers.AdaMix</c>.
/// </summary>
public sealed class AdaMixTrainer : IEstimator<AdaMixTransformer>
{
    private readonly IHost _host;
    private readonly AdaMixOptions _options;

    internal AdaMixTrainer(IHostEnvironment environment, AdaMixOptions options)
    {
        OptionsValidator.Validate(options);
        _host = environment.Register(nameof(AdaMixTrainer));
        _options = options;
        Seed = options.Seed ?? HostInternals.Seed(environment) ?? 0;
    }

    internal int Seed { get; }

    /// <summary>Checks the columns and adds the outputs.</summary>
    /// <param name="inputSchema">Shape of the data to come.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => TrainingSchema.Output(inputSchema, _options);

    /// <summary>Trains on the rows of <paramref name="input"/>, which are read once.</summary>
    /// <param name="input">Text (and second text) column, key label, optional weights.</param>
    /// <returns>The merged model; it needs no libtorch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no row to train on, all rows are of one class, a weight is not valid, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message names the package to add.</exception>
    public AdaMixTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        TrainingSchema.Output(HostInternals.Shape(input.Schema), _options);
        LabelKeys labels = LabelKeys.From(TrainingSchema.Label(input.Schema, _options.LabelColumnName));
        TrainingData data = TrainingData.Read(input, _options, null, CheckCanceled);
        Check(data, channel);
        LibTorch.EnsureLoaded();
        LoadedEncoder encoder = _options.Encoder.Load();
        TextInput text = TextOf(encoder, channel);
        ITextTokenizer tokenizer = TextTokenizer.Create(encoder.Tokenizer, encoder.Config.Family, text.SpecialTokensInText);
        if (tokenizer.VocabularySize > encoder.Config.VocabularySize)
        {
            throw new InvalidDataException($"The tokenizer of '{encoder.Name}' has {tokenizer.VocabularySize} tokens, its encoder only {encoder.Config.VocabularySize}; they do not belong together.");
        }

        TrainingRows rows = Tokenize(data, tokenizer, text.MaxLength);
        (TrainingRows training, TrainingRows? validation) = Split(rows, labels, tokenizer, text.MaxLength, channel);
        MergedModel merged = Train(encoder, text, training, validation, labels.Count, channel);
        ScoringColumns columns = new(
            _options.TextColumnName, _options.SecondTextColumnName, _options.PredictedLabelColumnName, _options.ScoreColumnName, _options.LogitsColumnName, _options.EmbeddingColumnName);
        return new AdaMixTransformer(_host, new ClassificationModel(merged, labels, columns));
    }

    private MergedModel Train(LoadedEncoder encoder, TextInput text, TrainingRows training, TrainingRows? validation, int classes, IChannel channel)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = ChooseDevice();
        EncoderConfig config = encoder.Config;
        ScalarType precision = PrecisionProbe.Choose(_options.Precision, config, device);
        using Generator generator = new(RandomSource.For(Seed, "weights").NextUInt64(), CPU);
        MixtureOptions mixture = _options.EffectiveMixture;
        using TunedClassifier model = new(
            new FrozenEncoder(encoder, device, precision),
            _options.Method.Create(new MethodContext(encoder, mixture.Experts, mixture.Sharing, generator, device)),
            new ClassificationHead(encoder, classes, _options.Dropout ?? config.ClassifierDropout ?? config.HiddenDropout, generator, device));
        double rate = _options.LearningRate ?? _options.Method.LearningRate(config);
        channel.Info(MessageSensitivity.None, FormattableString.Invariant(
            $"{_options.Method} ({mixture.Experts} experts) on {encoder.Name}: {training.Count} rows, {validation?.Count ?? 0} for validation, {classes} classes, {model.Parameters.Sum(parameter => parameter.Value.numel())} trained parameters, learning rate {rate:g3}, seed {Seed}, {device}, encoder in {precision}."));
        TrainingSettings settings = new(
            _options.Epochs, _options.BatchSize, rate, _options.WarmupRatio, _options.MaxGradientNorm, mixture,
            new AdamWSettings(_options.Beta1, _options.Beta2, _options.Epsilon, _options.WeightDecay),
            _options.Dropout ?? config.HiddenDropout, _options.Dropout ?? config.AttentionDropout, Seed, _options.EarlyStopping?.Patience);
        new TrainingLoop(model, settings, progress => Report(progress, channel), CheckCanceled).Run(training, validation);
        (EncoderEdits edits, HeadWeights head) = model.ToHost(new MergedExperts());
        return new MergedModel(encoder, edits, head, text);
    }

    private (TrainingRows Training, TrainingRows? Validation) Split(TrainingRows rows, LabelKeys labels, ITextTokenizer tokenizer, int maxLength, IChannel channel)
    {
        Validation validation = _options.Validation;
        if (validation.Data is not null)
        {
            TrainingData data = TrainingData.Read(validation.Data, _options, labels, CheckCanceled);
            if (data.WithoutLabel > 0)
            {
                channel.Warning(MessageSensitivity.None, $"{data.WithoutLabel} validation rows have no label, or one that training does not know; they are left out.");
            }

            return data.Texts.Count > 0
                ? (rows, Tokenize(data, tokenizer, maxLength))
                : throw new InvalidOperationException($"The validation data has no row with a known label in column '{_options.LabelColumnName}'.");
        }

        if (validation.HeldOut == 0)
        {
            return (rows, null);
        }

        (int[] training, int[] heldOut) = StratifiedSplit.Split(rows.Labels, validation.HeldOut, RandomSource.For(Seed, "validation"));
        if (heldOut.Length == 0)
        {
            channel.Warning(MessageSensitivity.None, $"{rows.Count} rows are too few to hold out a fraction of {validation.HeldOut}; training goes on without validation.");
            return (rows, null);
        }

        return (rows.Select(training), rows.Select(heldOut));
    }

    private TrainingRows Tokenize(TrainingData data, ITextTokenizer tokenizer, int maxLength)
    {
        TokenIds[] ids = new TokenIds[data.Texts.Count];
        ParallelOptions parallel = new() { CancellationToken = _options.CancellationToken };
        Parallel.For(0, ids.Length, parallel, row => ids[row] = tokenizer.Encode(data.Texts[row].Text, data.Texts[row].Pair, maxLength));
        return new TrainingRows(ids, [.. data.Labels], data.Weights?.ToArray());
    }

    private TextInput TextOf(LoadedEncoder encoder, IChannel channel)
    {
        int limit = encoder.Config.MaxSequenceLength - _options.Method.PromptTokens;
        if (_options.MaxLength > limit)
        {
            channel.Warning(MessageSensitivity.None, $"MaxLength {_options.MaxLength} is more than the {limit} tokens that '{encoder.Name}' can read; {limit} is taken.");
        }

        return new TextInput(Math.Min(_options.MaxLength, limit), _options.SpecialTokensInText);
    }

    private void Check(TrainingData data, IChannel channel)
    {
        if (data.WithoutLabel > 0)
        {
            channel.Warning(MessageSensitivity.None, $"{data.WithoutLabel} rows have no label in column '{_options.LabelColumnName}' and do not train.");
        }

        if (data.WithoutText > 0)
        {
            channel.Warning(MessageSensitivity.None, $"{data.WithoutText} rows have no text in column '{_options.TextColumnName}'; they train as empty texts.");
        }

        int classes = data.Labels.Distinct().Count();
        if (classes < 2)
        {
            throw new InvalidOperationException(data.Labels.Count == 0
                ? $"There is no row with a label in column '{_options.LabelColumnName}'; nothing can be trained."
                : $"All {data.Labels.Count} rows have the same class in label column '{_options.LabelColumnName}'; at least two classes are needed.");
        }

        if (data.Weights is { } weights && weights.All(weight => weight == 0))
        {
            throw new InvalidOperationException($"All weights in column '{_options.ExampleWeightColumnName}' are 0; nothing can be trained.");
        }
    }

    private Device ChooseDevice() => _options.Device switch
    {
        TrainingDevice.Cpu => CPU,
        TrainingDevice.Cuda when !cuda.is_available() => throw new InvalidOperationException(
            "Device is Cuda, but this application's libtorch sees no NVIDIA GPU. Add TorchSharp-cuda-linux or TorchSharp-cuda-windows and a driver, or set Device to Auto."),
        TrainingDevice.Cuda => CUDA,
        _ => cuda.is_available() ? CUDA : CPU,
    };

    private void Report(TrainingProgress progress, IChannel channel)
    {
        _options.Progress?.Report(progress);
        if (progress.EpochEnded)
        {
            string validation = progress.ValidationAccuracy is { } accuracy
                ? FormattableString.Invariant($", validation accuracy {accuracy:f4}, loss {progress.ValidationLoss:f4}")
                : string.Empty;
            channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:f4}, consistency {progress.ConsistencyLoss:f4}{validation}, {progress.RowsPerSecond:f1} rows/s, {progress.Remaining.TotalSeconds:f0} s left."));
        }
    }

    private void CheckCanceled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        HostInternals.ThrowIfCanceled(_host);
    }
}
