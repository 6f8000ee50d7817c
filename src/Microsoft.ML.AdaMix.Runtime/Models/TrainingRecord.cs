using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix;

/// <summary>How a model was trained: by which version, with which options, on how many rows, and how well. Files keep it.</summary>
/// <remarks>
/// Immutable. What <c>AdaMixTransformer.Training</c> and <c>TrainedMixture.Training</c> give, and <c>adamix info</c> shows.
/// </remarks>
public sealed class TrainingRecord
{
    [JsonConstructor]
    internal TrainingRecord()
    {
    }

    /// <summary>The version of Microsoft.ML.AdaMix that trained the model, for example "0.1.0".</summary>
    [JsonInclude]
    [JsonRequired]
    public string ProductVersion { get; internal init; } = string.Empty;

    /// <summary>When training ended, UTC, in whole seconds; where the environment sets <c>SOURCE_DATE_EPOCH</c>, what that says.</summary>
    /// <remarks>Two trainings with the same seed, data and options on the CPU of one machine differ in nothing else.</remarks>
    [JsonInclude]
    [JsonRequired]
    public DateTimeOffset Date { get; internal init; }

    /// <summary>The seed of all that was drawn: the options' own, or what the context gave.</summary>
    [JsonInclude]
    [JsonRequired]
    public int Seed { get; internal init; }

    /// <summary>Rows that were learned from; those held out, and those without a label that were not guessed, are not among them.</summary>
    [JsonInclude]
    [JsonRequired]
    public int TrainingRows { get; internal init; }

    /// <summary>How many of <see cref="TrainingRows"/> had no label, and were learned from with one that a model guessed.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int GuessedRows { get; internal init; }

    /// <summary>Rows on which each epoch was judged; 0 without validation.</summary>
    [JsonInclude]
    [JsonRequired]
    public int ValidationRows { get; internal init; }

    /// <summary>Epochs that were trained; fewer than the options say where training stopped early.</summary>
    [JsonInclude]
    [JsonRequired]
    public int Epochs { get; internal init; }

    /// <summary>The epoch, from 1, whose weights the model has: the best one on the validation rows, otherwise the last.</summary>
    [JsonInclude]
    [JsonRequired]
    public int KeptEpoch { get; internal init; }

    /// <summary>Mean supervised loss of the training rows in that epoch: cross entropy, or squared error in units of variance.</summary>
    [JsonInclude]
    [JsonRequired]
    public double? TrainingLoss { get; internal init; }

    /// <summary>Mean consistency term in that epoch; 0 where it was off.</summary>
    [JsonInclude]
    [JsonRequired]
    public double? ConsistencyLoss { get; internal init; }

    /// <summary>What <see cref="ValidationMetric"/> is: "accuracy", "R²" or "micro-F1". Null without validation.</summary>
    [JsonInclude]
    [JsonRequired]
    public string? ValidationMetricName { get; internal init; }

    /// <summary>The metric on the validation rows after that epoch, higher is better; null without validation.</summary>
    [JsonInclude]
    [JsonRequired]
    public double? ValidationMetric { get; internal init; }

    /// <summary>Mean loss on the validation rows after that epoch; null without validation.</summary>
    [JsonInclude]
    [JsonRequired]
    public double? ValidationLoss { get; internal init; }

    /// <summary>The temperature, fitted on the validation rows, by which logits are divided; null without calibration.</summary>
    /// <remarks><see cref="ValidationLoss"/> was measured without it.</remarks>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Temperature { get; internal init; }

    /// <summary>What the pretrained encoder was called: "roberta-mini", or a folder where the model was trained.</summary>
    [JsonInclude]
    [JsonRequired]
    public string EncoderName { get; internal init; } = string.Empty;

    /// <summary>SHA-256 of the pretrained encoder, as <see cref="PretrainedEncoder.ComputeSha256"/> gives it.</summary>
    [JsonInclude]
    [JsonRequired]
    public string EncoderSha256 { get; internal init; } = string.Empty;

    /// <summary>What the program that trained the model noted; the command line notes task and column names of its files.</summary>
    [JsonInclude]
    [JsonRequired]
    public IReadOnlyDictionary<string, string> Notes { get; internal init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>All options, as <c>AdaMixOptions</c> writes itself as JSON; System.Text.Json reads them again.</summary>
    [JsonIgnore]
    public string OptionsJson => Options.ToJsonString();

    /// <summary>The name of the tuning method: "adapter", "lora" and so on.</summary>
    [JsonIgnore]
    public string Method => Text(Options["method"] as JsonObject, "name") ?? string.Empty;

    /// <summary>The column with the text.</summary>
    [JsonIgnore]
    public string TextColumnName => Text(Options, "textColumnName") ?? string.Empty;

    /// <summary>The column with the second text of pairs; null for single texts.</summary>
    [JsonIgnore]
    public string? SecondTextColumnName => Text(Options, "secondTextColumnName");

    /// <summary>The column with the label.</summary>
    [JsonIgnore]
    public string LabelColumnName => Text(Options, "labelColumnName") ?? string.Empty;

    /// <summary>The column with the rows' weights; null for equal weights.</summary>
    [JsonIgnore]
    public string? ExampleWeightColumnName => Text(Options, "exampleWeightColumnName");

    [JsonInclude]
    [JsonRequired]
    internal JsonObject Options { get; init; } = [];

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
