using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>All that training needs of the data.</summary>
/// <param name="Encoder">The pretrained encoder, whose tokenizer made the ids.</param>
/// <param name="Text">How text became ids.</param>
/// <param name="Labels">The classes or labels.</param>
/// <param name="Training">Rows to learn from; weights of classes are in theirs.</param>
/// <param name="Validation">Rows to evaluate on, or null.</param>
internal sealed record PreparedData(
    LoadedEncoder Encoder, TextInput Text, LabelKeys Labels, TrainingRows Training, TrainingRows? Validation)
{
    /// <summary>Multi-label classification: how much each label counts; otherwise, or if all count alike, null.</summary>
    public float[]? LabelWeights { get; init; }

    /// <summary>
    /// Classification: how much each class counts, which is in the rows' weights already; otherwise, or if all count alike, null.
    /// </summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>Rows without a label that the trained model is to label; null for none.</summary>
    public UnlabelledRows? Unlabelled { get; init; }

    /// <summary>Where some of the training rows have a label that a model guessed, what is known of it; otherwise null.</summary>
    public SelfTrainingRound? Round { get; init; }

    /// <summary>How many these are.</summary>
    public int Guessed => Round is null ? 0 : Training.Count - Round.Labelled.Count;

    /// <summary>The words of the classes at a template's mask; null without a template, or while they are still to be found.</summary>
    public ClassWords? Words { get; init; }

    /// <summary>Regression: how the targets were scaled; otherwise null.</summary>
    public TargetScaling? Scaling { get; init; }
}
