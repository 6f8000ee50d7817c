using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix;

/// <summary>
/// Everything that can be set about AdaMix fine-tuning. A trainer checks all of it before any work and reports all problems at once.
/// </summary>
/// <remarks>
/// <para>Immutable, and safe to use from several threads; a changed copy is made with <c>options with { Epochs = 5 }</c>.</para>
/// <para>
/// System.Text.Json writes and reads them, and <see cref="FromConfiguration"/> binds them: properties in camelCase, the method as
/// <c>{ "name": "lora", "rank": 16 }</c>, the encoder by name or folder, enumerations by name. What cannot be read is an error that names
/// it.
/// </para>
/// </remarks>
[JsonConverter(typeof(OptionConverter<AdaMixOptions, AdaMixOptionsFormat>))]
public sealed record AdaMixOptions
{
    // For the catalogs' simple overloads too.
    internal const int DefaultBatchSize = 16;

    private const string Column = "a column name";

    /// <summary>Column with the text. Default "Text".</summary>
    /// <remarks>Missing or empty text is treated as an empty text.</remarks>
    [Option("text", "Column with the text.", Expected = Column)]
    public string TextColumnName { get; init; } = "Text";

    /// <summary>Column with the second text of pairs (paraphrase, entailment), or null, the default, for single texts.</summary>
    [Option("pair", "Column with the second text of pairs.", Expected = Column, WhenNull = "single texts")]
    public string? SecondTextColumnName { get; init; }

    /// <summary>Column with the label. Default "Label".</summary>
    /// <remarks>
    /// <para>Rows without a label do not train, unless <see cref="SelfTrainingRounds"/> lets the model label them.</para>
    /// <para>
    /// Multiclass classification: a key, as <c>MapValueToKey</c> makes it. Binary classification: a bool. Regression: a float. Multi-label
    /// classification: a vector of bools or floats, one for each label, or a vector of keys.
    /// </para>
    /// </remarks>
    [Option("label", "Column with the label.", Expected = Column)]
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// Column with the rows' weights (float, 0 or more), or null, the default, for equal weights. A negative weight or NaN is an error.
    /// </summary>
    [Option("weight", "Column with the rows' weights.", Expected = Column, WhenNull = "equal weights")]
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>
    /// Output column for the prediction: the class as a key with the label's values, a bool, or bools [labels]; regression has none.
    /// Default "PredictedLabel".
    /// </summary>
    [Option("predicted-label-column", "Output column for the prediction.", Expected = Column, OnlyInCode = true)]
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Output column for the score. Default "Score".</summary>
    /// <remarks>
    /// Probabilities [classes], which sum to one; the log-odds of true; the number of a regression; or probabilities [labels].
    /// </remarks>
    [Option("score-column", "Output column for the score.", Expected = Column, OnlyInCode = true)]
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Output column of binary classification for the probability of true. Default "Probability".</summary>
    [Option(
        "probability-column", "Output column of binary classification for the probability of true.", Expected = Column, OnlyInCode = true)]
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>Output column for the logits [outputs], or null, the default, for none.</summary>
    [Option("logits-column", "Output column for the logits.", Expected = Column, WhenNull = "none")]
    public string? LogitsColumnName { get; init; }

    /// <summary>Output column for the encoder's output at the first token [hidden size], or null, the default, for none.</summary>
    /// <remarks>
    /// A view computes it anew each time that it is read. Before a trainer that reads its rows many times, put
    /// <c>AppendCacheCheckpoint(mlContext)</c> behind this one.
    /// </remarks>
    [Option("embedding-column", "Output column for the encoder's output at the first token.", Expected = Column, WhenNull = "none")]
    public string? EmbeddingColumnName { get; init; }

    /// <summary>The pretrained encoder. Default <see cref="PretrainedEncoder.RobertaMini"/>.</summary>
    [Option(
        "encoder", "Hugging Face folder of an encoder such as RoBERTa or BERT.",
        Expected = "PretrainedEncoder.RobertaMini, PretrainedEncoder.FromFolder(...) or PretrainedEncoder.FromHub(...)")]
    public PretrainedEncoder Encoder { get; init; } = PretrainedEncoder.RobertaMini;

    /// <summary>
    /// How the encoder is tuned. The default is <see cref="AdapterTuning"/> with a bottleneck of 16 after attention and after feed-forward;
    /// published is the latter alone, see <see cref="Published()"/>.
    /// </summary>
    [Option("method", "How the encoder is tuned.", Expected = "a TuningMethod, for example new AdapterTuning()")]
    public TuningMethod Method { get; init; } = new AdapterTuning { Placement = AdapterPlacement.Houlsby };

    /// <summary>
    /// The mixture of adaptations. Null, the default, is <c>new MixtureOptions()</c> for methods with weights to average, and
    /// <see cref="MixtureOptions.None"/> for the others.
    /// </summary>
    [Option(
        "mixture", "The mixture of adaptations.", OnlyInCode = true,
        WhenNull = "new MixtureOptions() for methods whose weights can be averaged, otherwise none")]
    public MixtureOptions? Mixture { get; init; }

    /// <summary>
    /// A template that each text stands in, with words for the classes at its mask: prompt-based tuning with the encoder's masked-LM head.
    /// Null, the default, for a classification head on the first token.
    /// </summary>
    /// <remarks>For multiclass and binary classification with few rows; docs/few-rows.md goes through it.</remarks>
    [Option(
        "template", "A template that each text stands in, with words for the classes at its mask.",
        Expected = "a PromptTemplate", WhenNull = "a classification head on the first token")]
    public PromptTemplate? Template { get; init; }

    /// <summary>From which weights the output layer of a new head starts. Default <see cref="HeadStart.Discriminant"/>.</summary>
    /// <remarks>Has no meaning for regression, with a <see cref="Template"/>, and with <see cref="StartFrom"/>.</remarks>
    [Option("head-start", "From which weights the output layer of a new head starts.", Before = HeadStart.Random)]
    public HeadStart HeadStart { get; init; } = HeadStart.Discriminant;

    /// <summary>
    /// Rounds of pairs on which the tuning is trained before the head starts (contrastive start), 0 to 100. Default 0: none.
    /// </summary>
    /// <remarks>
    /// <para>
    /// For few rows of several classes; docs/few-rows.md has what it is worth. In a round each row is paired once with another row of its
    /// class and once with a row of another class, and the squared difference of the two texts' cosine to 1, or to 0, is trained on what
    /// the head's output layer reads: SetFit's pairs (Tunstall et al. 2022, section 3), through the tuning alone, with experts drawn
    /// as in one pass. A step has <see cref="BatchSize"/> pairs, with the rates of the training that follows, so that a round costs about
    /// as much as two epochs with two passes.
    /// </para>
    /// <para>
    /// For multiclass and binary classification with a new head; without effect with <see cref="HeadOnlyTuning"/>, a
    /// <see cref="Template"/> and <see cref="StartFrom"/>. Of a text in windows the first counts. Rows of weight zero have no pairs;
    /// other weights do not count. The first checkpoint is written after it.
    /// </para>
    /// </remarks>
    [Option(
        "contrastive-rounds", "Rounds of pairs, of one class and of two, that are trained before the head starts.",
        Min = 0, Max = 100, Unit = "rounds")]
    public int ContrastiveRounds { get; init; }

    /// <summary>
    /// How often the model labels the rows without a label and training starts anew on these too (self-training), 0 to 10. Default 0: rows
    /// without a label are left out.
    /// </summary>
    /// <remarks>
    /// <para>
    /// For few rows with a label beside many without, in one view; docs/few-rows.md has what it is worth. In a round the merged model
    /// labels the texts, the <see cref="SelfTrainingShare"/> of each class that it is surest of is taken, and new weights are trained on
    /// it and on the rows with a label. A guess counts as much as the model is sure of it. The consistency is what the rows with a label
    /// take by themselves. A round takes as many steps as the training on these, in whole epochs, one at least.
    /// </para>
    /// <para>
    /// For multiclass classification, where a key may be missing; not with the demonstrations of a <see cref="Template"/>. The last round
    /// is the model, and with validation rows the best one, unless <see cref="KeepBestEpoch"/> is false. A round that is cancelled, or runs
    /// out of <see cref="MaxTrainingTime"/>, which all rounds share, leaves what was there before it. A text that stands in a row with a
    /// label too, validation rows included, or twice, counts once. The <see cref="Checkpoints"/> of a round are in a folder of its own
    /// within theirs.
    /// </para>
    /// </remarks>
    [Option(
        "self-training-rounds", "Rounds in which the model labels the rows without a label, and trains anew on them too.",
        Min = 0, Max = 10, Unit = "rounds")]
    public int SelfTrainingRounds { get; init; }

    /// <summary>
    /// Share of the rows that the model puts into a class that is trained on as such, the ones it is surest of, more than 0 and at most 1.
    /// Default 0.5.
    /// </summary>
    /// <remarks>Has no effect without <see cref="SelfTrainingRounds"/>.</remarks>
    [Option(
        "self-training-share", "Of each class the share of rows without a label that is trained on, the surest ones.",
        Min = 0, WithoutMin = true, Max = 1)]
    public double SelfTrainingShare { get; init; } = 0.5;

    /// <summary>
    /// Passes over the data, 1 to 10,000. Null, the default, takes 10, and with 752 rows or fewer as many as make 480 steps.
    /// </summary>
    /// <remarks>
    /// Steps are counted with 16 rows, or <see cref="BatchSize"/> where that is less. The log says which number was taken. Validation rows
    /// are judged after each epoch. docs/few-rows.md has the evidence.
    /// </remarks>
    [Option(
        "epochs", "Passes over the training rows.", Min = 1, Max = 10_000, Unit = "epochs", Before = FewRows.UsualEpochs,
        WhenNull = "10, and with few rows as many as make 480 steps of 16 rows")]
    public int? Epochs { get; init; }

    /// <summary>Rows a step, 1 to 4096. Default 16.</summary>
    /// <remarks>May exceed the data; then an epoch is one step.</remarks>
    [Option("batch-size", "Rows a step.", Min = 1, Max = 4096, Unit = "rows")]
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>Most rows that compute at once, 1 to 4096. Null, the default, sets no limit.</summary>
    /// <remarks>
    /// A batch is computed in parts, whose gradients are added up before the step, so that a large <see cref="BatchSize"/> fits into little
    /// memory. Losses, weights of rows and classes, the consistency term and the experts drawn are those of the whole batch; dropout draws
    /// other masks. On a CPU two rows compute side by side at least.
    /// </remarks>
    [Option(
        "micro-batch-size", "Most rows that compute at once; a batch is cut into parts, so that it fits into memory.",
        Min = 1, Max = 4096, Unit = "rows", WhenNull = "the whole batch")]
    public int? MicroBatchSize { get; init; }

    /// <summary>
    /// Whether a layer is computed once more when its gradient is due instead of being kept (gradient checkpointing). Default false.
    /// </summary>
    /// <remarks>
    /// Memory for activations shrinks to what enters each tuned layer and one layer's own, a step takes about half as long again. Experts
    /// and dropout masks are the same as without, and so is what is learned.
    /// </remarks>
    [Option("gradient-checkpointing", "Computes layers twice instead of keeping them: less memory, half a step longer.")]
    public bool GradientCheckpointing { get; init; }

    /// <summary>Peak learning rate, more than 0 and at most 1. Null, the default, takes the method's own for the encoder's size.</summary>
    /// <remarks>
    /// <para>
    /// Adapters, LoRA, BitFit and head: 3e-3 up to a hidden size of 512, 5e-4 up to 768 and 3e-4 beyond, the last two as the authors of
    /// AdaMix had it for base and large encoders; over the adapters' scale where that is above 1; at most 1e-3 for LoRA and Houlsby
    /// adapters without experts.
    /// </para>
    /// <para>
    /// IA3, prefixes and prompts: 1e-2 up to a hidden size of 512 and 5e-3 beyond (those of a network: as adapters). Full fine-tuning: 1e-4
    /// and 2e-5. docs/ablations.md has the evidence.
    /// </para>
    /// </remarks>
    [Option(
        "learning-rate", "Peak learning rate.",
        Min = 0, WithoutMin = true, Max = 1, WhenNull = "the method's own for the encoder's size")]
    public double? LearningRate { get; init; }

    /// <summary>Decoupled weight decay on matrices, 0 to 1; biases have none. Default 0.1.</summary>
    [Option("weight-decay", "AdamW's decoupled weight decay.", Min = 0, Max = 1)]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>AdamW's decay of the first moment, 0 up to and without 1. Default 0.9.</summary>
    [Option("beta1", "AdamW's decay of the first moment.", Min = 0, Max = 1, WithoutMax = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment, 0 up to and without 1. Default 0.98, as RoBERTa's fine-tuning uses.</summary>
    [Option("beta2", "AdamW's decay of the second moment.", Min = 0, Max = 1, WithoutMax = true)]
    public double Beta2 { get; init; } = 0.98;

    /// <summary>AdamW's epsilon, more than 0 and at most 1. Default 1e-8.</summary>
    [Option("epsilon", "AdamW's epsilon.", Min = 0, WithoutMin = true, Max = 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Share of all steps in which the learning rate rises from 0, 0 to 1; it falls linearly to 0 afterwards. Default 0.06.
    /// </summary>
    [Option("warmup", "Share of all steps in which the learning rate rises.", Min = 0, Max = 1)]
    public double WarmupRatio { get; init; } = 0.06;

    /// <summary>Largest joint norm of the gradients, more than 0; infinity for any. Default 1.</summary>
    [Option("max-gradient-norm", "Gradients are clipped to this joint norm.", Min = 0, WithoutMin = true, Max = double.PositiveInfinity)]
    public double MaxGradientNorm { get; init; } = 1.0;

    /// <summary>
    /// Dropout in the frozen encoder and the head while training, 0 up to and without 1. Null, the default, takes what the encoder's
    /// configuration says (0.1 in the published ones).
    /// </summary>
    [Option(
        "dropout", "Dropout in encoder and head.",
        Min = 0, Max = 1, WithoutMax = true, WhenNull = "what the encoder's configuration says")]
    public double? Dropout { get; init; }

    /// <summary>
    /// Whether dropout acts where nothing is tuned too: in the embeddings and in the layers below the first tuned one. True, the default,
    /// is what is published.
    /// </summary>
    /// <remarks>
    /// With false (or with <see cref="Dropout"/> 0) what enters the first tuned layer is the same in both passes and in all epochs and is
    /// computed once for a text, see <see cref="FrozenCacheMegabytes"/>: methods with <c>Layers</c> such as <c>6..12</c> and head-only
    /// training become much faster, and lose a little of what dropout is good for. No effect for methods that change the embeddings
    /// (BitFit, prompt tuning, full fine-tuning).
    /// </remarks>
    [Option(
        "no-frozen-dropout",
        "No dropout below the first tuned layer: that part is computed once for a text. Much faster with --layers and for head.")]
    public bool FrozenDropout { get; init; } = true;

    /// <summary>Most memory for what enters the first tuned layer, in MiB, 0 to 1,048,576; default 1024. 0 keeps nothing.</summary>
    /// <remarks>
    /// Used only where no dropout acts below that layer, and for validation rows. A text takes 4 bytes x hidden size x its tokens
    /// (head-only: 4 bytes x hidden size); texts beyond the limit are computed in every step. The states are the same numbers as without,
    /// but for the rounding of products in batches of another shape.
    /// </remarks>
    [Option("frozen-cache", "Most memory for what enters the first tuned layer.", Min = 0, Max = 1 << 20, Unit = "MiB")]
    public int FrozenCacheMegabytes { get; init; } = 1024;

    /// <summary>How much the classes count while training. Default <see cref="ClassWeights.None"/>.</summary>
    /// <remarks>Has no meaning for regression.</remarks>
    [Option(
        "class-weights", "How much the classes count: balanced, or weights such as spam=5,ham=1.",
        Expected = "ClassWeights.None, ClassWeights.Balanced or ClassWeights.From(...)")]
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>
    /// Share of each target that is spread over all classes (for labels: moved to one half), 0 up to and without 1. Default 0.
    /// </summary>
    /// <remarks>Has no meaning for regression.</remarks>
    [Option("label-smoothing", "Share of each target that is spread over all classes.", Min = 0, Max = 1, WithoutMax = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Longest text or pair in tokens, special tokens included, 8 or more; longer ones are truncated, or read in windows. Default 128.
    /// </summary>
    /// <remarks>Beyond an encoder's positions <see cref="LongTexts"/> leads.</remarks>
    [Option("max-length", "Longest text or pair; longer ones are cut.", Min = 8, Unit = "tokens")]
    public int MaxLength { get; init; } = 128;

    /// <summary>
    /// How texts longer than <see cref="MaxLength"/> are read: in windows, for training and prediction. Null, the default, truncates them.
    /// </summary>
    /// <remarks>Not with a <see cref="Template"/>. docs/long-texts.md goes through it.</remarks>
    [Option("long-texts", "How texts beyond the maximum length are read.", Expected = "WindowOptions", WhenNull = "they are truncated")]
    public WindowOptions? LongTexts { get; init; }

    /// <summary>
    /// Whether a string such as <c>&lt;/s&gt;</c> or <c>[SEP]</c> in a text becomes the special token. Default false: users' text is plain
    /// text and cannot forge structure.
    /// </summary>
    /// <remarks>True is what Hugging Face's tokenizers do by default.</remarks>
    [Option("special-tokens-in-text", "Strings such as <s> or [SEP] in a text become special tokens.")]
    public bool SpecialTokensInText { get; init; }

    /// <summary>
    /// Share of the training rows that is held out, of each class alike, to evaluate the model after each epoch, 0 to 0.5. Default 0: all
    /// rows train.
    /// </summary>
    /// <remarks>Has no effect where a validation set is given.</remarks>
    [Option(
        "validation", "Share of the training rows on which each epoch is judged instead, so that the best one is kept.",
        Min = 0, Max = 0.5)]
    public double ValidationFraction { get; init; }

    /// <summary>
    /// Ends training when the validation metric (accuracy, R² or micro-F1) has not improved for so many epochs, 1 or more. Null, the
    /// default, never.
    /// </summary>
    /// <remarks>
    /// Needs validation rows: a set, or a <see cref="ValidationFraction"/>. With few rows an epoch is few steps: take a larger number.
    /// </remarks>
    [Option(
        "patience", "Stops after so many epochs without improvement on the validation rows.",
        Min = 1, Unit = "epochs", WhenNull = "never")]
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Whether a training with validation rows ends with the weights of its best epoch, the default. False only watches them: the last
    /// epoch's weights are the model, as without validation.
    /// </summary>
    [Option("keep-last-epoch", "Only watches the validation rows: the last epoch is kept, not the best.")]
    public bool KeepBestEpoch { get; init; } = true;

    /// <summary>
    /// Whether probabilities are calibrated on the validation rows when training is over: logits are divided by the temperature with which
    /// their log loss is smallest. Default false.
    /// </summary>
    /// <remarks>
    /// <para>Guo et al., On calibration of modern neural networks, ICML 2017, section 4.2.</para>
    /// <para>
    /// The temperature is from 0.05 to 20, one for all classes or labels, and becomes part of the head's output layer. Which class is
    /// predicted does not change; the thresholds of labels are tuned after it. <see cref="TrainingRecord.Temperature"/> tells it.
    /// </para>
    /// <para>
    /// Needs validation rows: a set, or a <see cref="ValidationFraction"/>. Weights of rows, classes and labels do not count. Has no effect
    /// on a regression.
    /// </para>
    /// </remarks>
    [Option("calibrate", "Fits a temperature on the validation rows, so that probabilities can be taken at their word.")]
    public bool CalibrateProbabilities { get; init; }

    /// <summary>
    /// Seed of shuffling, routing, dropout and new weights. Null, the default, takes the <see cref="MLContext"/>'s seed, and 0 where that
    /// has none.
    /// </summary>
    [Option("seed", "Seed of everything random.", WhenNull = "the context's")]
    public int? Seed { get; init; }

    /// <summary>Where training runs. Default <see cref="TrainingDevice.Auto"/>.</summary>
    [Option(
        "device", "Where training runs; auto is a GPU if there is one.",
        Expected = TrainingDevice.Expected, Placeholder = "auto|cpu|cuda|cuda:N")]
    public TrainingDevice Device { get; init; } = TrainingDevice.Auto;

    /// <summary>
    /// Folder of an installed libtorch to train with, such as <c>torch/lib</c> of a PyTorch with CUDA. Null, the default, takes what the
    /// variable ADAMIX_LIBTORCH names, otherwise the application's own.
    /// </summary>
    /// <remarks>
    /// <para>
    /// It is libtorch 2.10, or a later one that still has what TorchSharp needs of it. The folder above lib will do too. There is one
    /// libtorch a process: after the first use another folder is an error.
    /// </para>
    /// <para>Of this machine only, so that a model's training record does not keep it. docs/libtorch.md goes through it.</para>
    /// </remarks>
    [Option(
        "libtorch", "Folder of an installed libtorch to train with, such as torch/lib of PyTorch.",
        Expected = "the lib folder of an installed PyTorch or of an unpacked libtorch", Placeholder = "DIR",
        WhenNull = "what ADAMIX_LIBTORCH names, otherwise the application's own")]
    public string? LibTorchFolder { get; init; }

    /// <summary>In which type the frozen encoder multiplies while training. Default <see cref="TrainingPrecision.Auto"/>.</summary>
    [Option("precision", "Type in which the frozen encoder multiplies; auto measures.")]
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>
    /// In which type the trained model multiplies the encoder's matrices while it predicts. Default <see cref="ServingPrecision.Float32"/>.
    /// </summary>
    [Option(
        "serving",
        "Type in which the saved model multiplies the encoder's matrices: int8 is faster and a little less exact, auto measures.")]
    public ServingPrecision ServingPrecision { get; init; } = ServingPrecision.Float32;

    /// <summary>Where and how often a training writes checkpoints, from which it goes on. Null, the default, for none.</summary>
    /// <remarks>docs/checkpoints.md goes through it.</remarks>
    [Option("checkpoints", "Where and how often a training writes checkpoints.", OnlyInCode = true, WhenNull = "none")]
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Longest time to train, over all runs that go on from checkpoints; more than 0. Null, the default, has no limit.</summary>
    /// <remarks>
    /// Training then ends after the running step, with the weights of the best epoch so far where there are validation rows, and as if
    /// there had been no more steps otherwise; the learning rate has not come down to 0. Reading rows, and labelling them for
    /// <see cref="SelfTrainingRounds"/>, does not count.
    /// </remarks>
    [Option(
        "max-time", "Longest time to train; the best model so far is kept.",
        Expected = "a time of more than 0, such as 01:30:00 for an hour and a half", Placeholder = "HH:MM:SS", WhenNull = "no limit")]
    public TimeSpan? MaxTrainingTime { get; init; }

    /// <summary>
    /// Whether a training that is cancelled returns the model that it has, the best epoch's where there are validation rows, instead of
    /// throwing. Default false.
    /// </summary>
    /// <remarks>
    /// Before the first step of an epoch there is nothing to return, and it throws. With <see cref="Checkpoints"/> it writes one in either
    /// case.
    /// </remarks>
    [Option("return-when-canceled", "A training that is cancelled returns the model that it has.", OnlyInCode = true)]
    public bool ReturnWhenCanceled { get; init; }

    /// <summary>
    /// A saved model, delta or mixture file from whose weights training starts instead of new ones. Null, the default, for new ones.
    /// </summary>
    /// <remarks>
    /// It was trained with the same method on the same encoder. Experts start alike from a merged model, and each from its own weights from
    /// a mixture file. Classes of the same name keep their weights in the head, others get new ones. docs/checkpoints.md goes through it.
    /// </remarks>
    [Option(
        "start-from", "Saved model, delta or mixture file from whose weights training starts.",
        Expected = "the path of a file", Placeholder = "FILE", WhenNull = "new weights")]
    public string? StartFrom { get; init; }

    /// <summary>What a program wants kept with the model beside the options: <see cref="TrainingRecord.Notes"/>.</summary>
    internal IReadOnlyDictionary<string, string> Notes { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Epochs on so many rows: those of the options, or what nobody had to choose.</summary>
    internal int EpochsFor(int rows) => Epochs ?? FewRows.Epochs(rows, BatchSize);

    /// <summary>Steps of the whole training on so many rows.</summary>
    internal long Steps(int rows) => (long)EpochsFor(rows) * StepCount.OfEpoch(rows, BatchSize);

    /// <summary>The same with epochs and a mixture that is set: those of the options, or what so many rows want and can train.</summary>
    internal AdaMixOptions For(int rows) => this with
    {
        Epochs = EpochsFor(rows),
        Mixture = EffectiveMixture.WithConsistency(ConsistencyFor(rows)).WithExperts(Steps(rows)),
    };

    /// <summary>Weight of the consistency on so many rows, where nobody chose; a template's rows want no more than many have.</summary>
    internal double ConsistencyFor(int rows) => Template is null ? FewRows.Consistency(rows) : MixtureOptions.UsualConsistency;

    /// <summary>The mixture that the method has; how many experts may be open until the steps are known.</summary>
    internal MixtureOptions EffectiveMixture => Method.SupportsMixture ? Mixture ?? new MixtureOptions()
        : Mixture is { } mixture ? mixture with { Experts = mixture.Experts ?? 1 } : MixtureOptions.None;

    /// <summary>
    /// AdaMix as published: bottleneck adapters after the feed-forward and <see cref="MixtureOptions.Published"/>; all else as by default.
    /// </summary>
    public static AdaMixOptions Published() => PublishedSettings.Method();

    /// <summary>The settings of the run whose checkpoint the authors published for an encoder and a task of GLUE.</summary>
    /// <param name="encoder">Which encoder; set <see cref="Encoder"/> to its folder.</param>
    /// <param name="task">Which task.</param>
    /// <returns>
    /// Learning rate, epochs, rows a step, bottleneck, consistency, optimiser; columns and encoder are left at their defaults.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// That run's learning rate is not known (RoBERTa-large on QQP), or there is no such run.
    /// </exception>
    /// <remarks>
    /// The authors kept the best epoch on the development rows, and the best run of a grid. docs/ablations.md tells how the settings are
    /// known.
    /// </remarks>
    public static AdaMixOptions Published(PublishedEncoder encoder, GlueTask task) => PublishedSettings.Find(encoder, task);

    /// <summary>
    /// Reads options from a section of a configuration: <c>Epochs</c>, <c>Method:Name</c>, <c>Method:Rank</c>, <c>ClassWeights:spam</c>.
    /// </summary>
    /// <param name="section">
    /// The section. What it does not name has its default; an enumeration, a range and the rest are written as in JSON.
    /// </param>
    /// <returns>The options; ranges are checked by the trainer.</returns>
    /// <exception cref="ArgumentException">
    /// There is no such section or it is empty, or something in it is no option or cannot be read; the message has its path in the
    /// configuration.
    /// </exception>
    public static AdaMixOptions FromConfiguration(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (section is IConfigurationSection named && !named.Exists())
        {
            throw new ArgumentException(
                $"The configuration has no section '{named.Path}'. An empty one counts as none; expected at least one option there, "
                + $"such as {named.Path}:{nameof(Epochs)}. For the defaults take new AdaMixOptions().",
                nameof(section));
        }

        try
        {
            return (AdaMixOptions)new AdaMixOptionsFormat().Read(OptionNode.From(section));
        }
        catch (JsonException error)
        {
            throw new ArgumentException(error.Message, nameof(section), error);
        }
    }
}
