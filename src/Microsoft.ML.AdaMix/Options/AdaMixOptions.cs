namespace Microsoft.ML.AdaMix;

/// <summary>Everything that can be set about AdaMix fine-tuning. All of it is checked before any work, and all problems are reported at once.</summary>
public sealed class AdaMixOptions
{
    /// <summary>Column with the text. Default "Text". Missing or empty text is treated as an empty text.</summary>
    public string TextColumnName { get; set; } = "Text";

    /// <summary>Column with the second text of pairs (paraphrase, entailment), or null, the default, for single texts.</summary>
    public string? SecondTextColumnName { get; set; }

    /// <summary>
    /// Column with the label. Default "Label". Multiclass classification: a key, as <c>MapValueToKey</c> makes it. Binary classification: a bool. Regression: a float. Multi-label
    /// classification: a vector of bools or floats, one for each label, or a vector of keys. Rows without a label do not train.
    /// </summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column with the rows' weights (float, 0 or more), or null, the default, for equal weights. A negative weight or NaN is an error.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// Output column for the prediction: the class as a key with the label's values, a bool, or bools [labels]; regression has none. Default "PredictedLabel".
    /// </summary>
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>
    /// Output column for the score: probabilities [classes], which sum to one; the log-odds of true; the number of a regression; or probabilities [labels]. Default "Score".
    /// </summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Output column of binary classification for the probability of true. Default "Probability".</summary>
    public string ProbabilityColumnName { get; set; } = "Probability";

    /// <summary>Output column for the logits [outputs], or null, the default, for none.</summary>
    public string? LogitsColumnName { get; set; }

    /// <summary>Output column for the encoder's output at the first token [hidden size], or null, the default, for none.</summary>
    public string? EmbeddingColumnName { get; set; }

    /// <summary>The pretrained encoder. Default <see cref="PretrainedEncoder.RobertaMini"/>.</summary>
    public PretrainedEncoder Encoder { get; set; } = PretrainedEncoder.RobertaMini;

    /// <summary>How the encoder is tuned. The default is AdaMix's own: <see cref="TuningMethod.Adapters"/> with a bottleneck of 16.</summary>
    public TuningMethod Method { get; set; } = TuningMethod.Adapters();

    /// <summary>
    /// The mixture of adaptations. Null, the default, is the published setting, <c>new MixtureOptions()</c>, for methods with weights to average, and
    /// <see cref="MixtureOptions.None"/> for the others.
    /// </summary>
    public MixtureOptions? Mixture { get; set; }

    /// <summary>Passes over the data, 1 to 10,000. Default 10. Few rows need more: a training with fewer than about 75 steps an expert is warned of.</summary>
    public int Epochs { get; set; } = 10;

    /// <summary>Rows a step, 1 to 4096. Default 16. May exceed the data; then an epoch is one step.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>
    /// Rows of a forward and backward pass, 1 to 4096: a batch is cut into parts of so many rows, whose gradients are added up before the step, so that a large
    /// <see cref="BatchSize"/> fits into a small memory. Null, the default, takes the batch as a whole. Losses, weights of rows and classes, the consistency term and the
    /// experts drawn are those of the whole batch; dropout draws other masks.
    /// </summary>
    public int? MicroBatchSize { get; set; }

    /// <summary>
    /// Whether a layer is computed once more when its gradient is due instead of being kept (gradient checkpointing): memory for activations shrinks to what enters
    /// each tuned layer and one layer's own, a step takes about half as long again. Experts and dropout masks are the same as without, and so is what is learned. Default false.
    /// </summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>
    /// Peak learning rate, more than 0 and at most 1. Null, the default, takes the method's own for the encoder's size. Adapters, LoRA, BitFit and head: 3e-3 up to a hidden size of
    /// 512, 5e-4 up to 768 and 3e-4 beyond, the last two as the authors of AdaMix had it for base and large encoders; over the adapters' scale where that is above 1; at most 1e-3 for LoRA
    /// and Houlsby adapters without experts. IA3, prefixes and prompts: 1e-2 up to a hidden size of 512 and 5e-3 beyond (those of a network: as adapters). Full fine-tuning: 1e-4 and 2e-5.
    /// docs/ablations.md has the evidence.
    /// </summary>
    public double? LearningRate { get; set; }

    /// <summary>Decoupled weight decay on matrices, 0 to 1; biases have none. Default 0.1.</summary>
    public double WeightDecay { get; set; } = 0.1;

    /// <summary>AdamW's decay of the first moment, 0 up to and without 1. Default 0.9.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>AdamW's decay of the second moment, 0 up to and without 1. Default 0.98, as RoBERTa's fine-tuning uses.</summary>
    public double Beta2 { get; set; } = 0.98;

    /// <summary>AdamW's epsilon, more than 0 and at most 1. Default 1e-8.</summary>
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>Share of all steps in which the learning rate rises from 0, 0 to 1; it falls linearly to 0 afterwards. Default 0.06.</summary>
    public double WarmupRatio { get; set; } = 0.06;

    /// <summary>Largest joint norm of the gradients, more than 0. Default 1.</summary>
    public double MaxGradientNorm { get; set; } = 1.0;

    /// <summary>
    /// Dropout in the frozen encoder and the head while training, 0 up to and without 1. Null, the default, takes what the encoder's configuration says
    /// (0.1 in the published ones).
    /// </summary>
    public double? Dropout { get; set; }

    /// <summary>
    /// Whether dropout acts where nothing is tuned too: in the embeddings and in the layers below the first tuned one. True, the default, is what is published. With false (or with
    /// <see cref="Dropout"/> 0) what enters the first tuned layer is the same in both passes and in all epochs and is computed once for a text, see <see cref="FrozenCacheMegabytes"/>: methods
    /// with <c>Layers</c> such as <c>6..12</c> and head-only training become much faster, and lose a little of what dropout is good for. No effect for methods that change the
    /// embeddings (BitFit, prompt tuning, full fine-tuning).
    /// </summary>
    public bool FrozenDropout { get; set; } = true;

    /// <summary>
    /// Most memory for what enters the first tuned layer, in MiB, 0 to 1,048,576; default 1024. Used only where no dropout acts below that layer, and for validation rows. A text takes
    /// 4 bytes x hidden size x its tokens (head-only: 4 bytes x hidden size); texts beyond the limit are computed in every step. 0 keeps nothing. The states are the same numbers as
    /// without, but for the rounding of products in batches of another shape.
    /// </summary>
    public int FrozenCacheMegabytes { get; set; } = 1024;

    /// <summary>How much the classes count while training. Default <see cref="ClassWeights.None"/>. Has no meaning for regression.</summary>
    public ClassWeights ClassWeights { get; set; } = ClassWeights.None;

    /// <summary>
    /// Share of each target that is spread over all classes (for labels: moved to one half), 0 up to and without 1. Default 0. Has no meaning for regression.
    /// </summary>
    public double LabelSmoothing { get; set; }

    /// <summary>Longest text or pair in tokens, special tokens included, 8 or more; longer ones are truncated. Default 128.</summary>
    public int MaxLength { get; set; } = 128;

    /// <summary>
    /// Whether a string such as <c>&lt;/s&gt;</c> or <c>[SEP]</c> in a text becomes the special token. Default false: users' text is plain text and cannot
    /// forge structure. True is what Hugging Face's tokenizers do by default.
    /// </summary>
    public bool SpecialTokensInText { get; set; }

    /// <summary>On which rows the model is evaluated after each epoch. Default <see cref="Validation.None"/>.</summary>
    public Validation Validation { get; set; } = Validation.None;

    /// <summary>When to stop before the last epoch; null, the default, never. Needs a <see cref="Validation"/>.</summary>
    public EarlyStopping? EarlyStopping { get; set; }

    /// <summary>
    /// Whether a training with a <see cref="Validation"/> ends with the weights of its best epoch, the default. False only watches the validation rows: the last epoch's weights are
    /// the model, as without validation.
    /// </summary>
    public bool KeepBestEpoch { get; set; } = true;

    internal MixtureOptions EffectiveMixture => Mixture ?? (Method.SupportsMixture ? new MixtureOptions() : MixtureOptions.None);

    /// <summary>Seed of shuffling, routing, dropout and new weights. Null, the default, takes the <see cref="MLContext"/>'s seed, and 0 where that has none.</summary>
    public int? Seed { get; set; }

    /// <summary>Where training runs. Default <see cref="TrainingDevice.Auto"/>.</summary>
    public TrainingDevice Device { get; set; } = TrainingDevice.Auto;

    /// <summary>In which type the frozen encoder multiplies while training. Default <see cref="Precision.Auto"/>.</summary>
    public Precision Precision { get; set; } = Precision.Auto;

    /// <summary>In which type the trained model multiplies the encoder's matrices while it predicts. Default <see cref="ServingPrecision.Float32"/>.</summary>
    public ServingPrecision ServingPrecision { get; set; } = ServingPrecision.Float32;

    /// <summary>Hears of the training's progress, with the losses of all steps, about once a second and after each epoch; called on the training thread. Null for nobody.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training; Fit then throws <see cref="OperationCanceledException"/> and leaves nothing behind.</summary>
    public CancellationToken CancellationToken { get; set; }
}
