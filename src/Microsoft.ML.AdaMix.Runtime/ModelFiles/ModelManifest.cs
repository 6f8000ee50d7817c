using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Encoders;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.ModelFiles;

/// <summary>Length and SHA-256 of one part of a saved model.</summary>
internal sealed record ModelPart(long Length, string Sha256);

/// <summary>
/// What a file says of its model, as JSON: self-contained models, delta files and, with what a mixture has beyond it, mixture files.
/// Weights and tokenizer files lie beside it.
/// </summary>
internal record ModelManifest
{
    [JsonConstructor]
    public ModelManifest()
    {
    }

    /// <summary>All that there is to say of a model but where its weights lie.</summary>
    [SetsRequiredMembers]
    public ModelManifest(ServedModel model)
    {
        EncoderName = model.Tuned.Encoder.Name;
        Encoder = model.Tuned.Encoder.Config;
        Input = model.Tuned.Input;
        Columns = model.Columns;
        Task = model.Task;
        Classes = model.Labels.Count;
        LabelType = model.Labels.TypeName;
        Labels = model.Labels.Names;
        Negatives = model.Negatives;
        Thresholds = model.Thresholds;
        Serving = model.Precision;
        Training = model.Training;
        Edits = EditKinds.Write(model.Tuned.Edits);
        Parts = [];
    }

    /// <summary>For people alone; it stands in messages, so that its control characters are made visible.</summary>
    public required string EncoderName { get; init => field = Visible.Of(value); }

    public required EncoderConfig Encoder { get; init; }

    public required TextInput Input { get; init; }

    public required ScoringColumns Columns { get; init; }

    public required TextTask Task { get; init; }

    /// <summary>Outputs of the head: classes, labels, 2 for binary classification, 1 for regression.</summary>
    public required int Classes { get; init; }

    public string? LabelType { get; init; }

    public string[]? Labels { get; init; }

    /// <summary>The labels that mean no where they are several; in adapters' folders alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? Negatives { get; init; }

    public float[]? Thresholds { get; init; }

    /// <summary>Absent in files that were written before there was a choice.</summary>
    public ServingPrecision Serving { get; init; }

    /// <summary>Absent in files of format 0x00010002 and before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TrainingRecord? Training { get; init; }

    /// <summary>What tuning changed, as <see cref="EditKinds"/> describes it; nothing in a mixture file.</summary>
    public required JsonObject Edits { get; init; }

    /// <summary>The other parts of the model, by name; none in a mixture file, which is one part.</summary>
    public required Dictionary<string, ModelPart> Parts { get; init; }

    /// <summary>
    /// The encoder that the model was tuned on where the file does not hold it; otherwise null, and it is among the parts.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EncoderIdentity? OtherEncoder { get; init; }

    /// <summary>A compact delta file: the tensors in its compact part, in their order there. Otherwise null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompactEntry[]? Compact { get; init; }

    /// <summary>The encoder that the file does not hold, or null.</summary>
    public EncoderDescription? DescribeOtherEncoder() =>
        OtherEncoder is null ? null : new EncoderDescription(EncoderName, Encoder, OtherEncoder);

    /// <summary>What the encoder among the parts is known by.</summary>
    public EncoderIdentity OwnEncoder()
    {
        SortedDictionary<string, string> tokenizer = new(StringComparer.Ordinal);
        foreach ((string name, ModelPart part) in Parts)
        {
            if (ModelFormat.TokenizerFile(name) is { } file)
            {
                tokenizer.Add(file, part.Sha256);
            }
        }

        return new EncoderIdentity(Parts.GetValueOrDefault(ModelFormat.EncoderPart)?.Sha256 ?? string.Empty, tokenizer);
    }

    /// <summary>The whole model.</summary>
    /// <param name="tuned">What the weights beside the manifest gave.</param>
    /// <exception cref="InvalidDataException">The labels are not valid, or not as many as the model has outputs.</exception>
    public ServedModel Restore(TunedModel tuned)
    {
        LabelKeys labels = LabelKeys.Restore(Classes, LabelType, Labels);
        return labels.Count == tuned.Head.Outputs
            ? new ServedModel(tuned, Task, labels, Columns, Thresholds, Serving, Training, Negatives)
            : throw new InvalidDataException(
                $"The model's manifest has {Counts.Of(labels.Count, "label")} in {(Labels is null ? nameof(Classes) : nameof(Labels))}"
                + $" for {Counts.Of(tuned.Head.Outputs, "output")}."
                + " The file is damaged; save the model again.");
    }

    /// <summary>Checks what JSON cannot say.</summary>
    /// <param name="what">What errors call it.</param>
    /// <exception cref="InvalidDataException">Something is out of range or missing.</exception>
    public void Check(string what)
    {
        if ((ManifestCheck.FindProblem(this) ?? FindOwnProblem()) is { } problem)
        {
            throw new InvalidDataException($"{what} {Visible.Of(problem)}. The file is damaged; save the model again.");
        }
    }

    /// <summary>What is wrong for this kind of file, or null.</summary>
    protected virtual string? FindOwnProblem() => OtherEncoder is not null && Parts.ContainsKey(ModelFormat.EncoderPart)
        ? $"has OtherEncoder and the part '{ModelFormat.EncoderPart}' as well; expected is one of them"
        : null;
}
