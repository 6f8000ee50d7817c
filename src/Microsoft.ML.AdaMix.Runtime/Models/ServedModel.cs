namespace Microsoft.ML.AdaMix.Models;

/// <summary>The columns a model reads and writes; a task writes those that it has.</summary>
/// <param name="Text">Input text.</param>
/// <param name="SecondText">Second input text of pairs, or null.</param>
/// <param name="PredictedLabel">Output: the class as a key, a bool, or a vector of bools.</param>
/// <param name="Score">Output: probabilities [classes], log-odds, a number, or probabilities [labels].</param>
/// <param name="Probability">Output of binary classification: the probability of true.</param>
/// <param name="Logits">Output: logits [outputs], or null for none.</param>
/// <param name="Embedding">Output: the encoder's output at the first token [hidden], or null for none.</param>
internal sealed record ScoringColumns(
    string Text, string? SecondText, string PredictedLabel, string Score, string Probability, string? Logits, string? Embedding);

/// <summary>A merged model with what makes it part of an ML.NET pipeline. Plain data.</summary>
/// <param name="Tuned">Encoder, edits, head.</param>
/// <param name="Task">What it says of a text.</param>
/// <param name="Labels">
/// The classes of multiclass classification or the labels of multi-label classification; otherwise only numbered outputs.
/// </param>
/// <param name="Columns">What it reads and writes.</param>
/// <param name="Thresholds">
/// Multi-label classification: the least probability at which a label is predicted, [labels]; otherwise null.
/// </param>
/// <param name="Precision">How it multiplies the encoder's matrices.</param>
/// <param name="Training">How it was trained; null where it was imported, or a file of an earlier version did not say.</param>
/// <param name="Negatives">
/// Binary classification in an adapter's folder: what files of rows call no where they have several names for it; otherwise null.
/// </param>
internal sealed record ServedModel(
    TunedModel Tuned,
    TextTask Task,
    LabelKeys Labels,
    ScoringColumns Columns,
    float[]? Thresholds = null,
    ServingPrecision Precision = ServingPrecision.Float32,
    TrainingRecord? Training = null,
    string[]? Negatives = null)
{
    /// <summary>What the head's outputs mean: labels, or false and true; null where they are only numbered.</summary>
    public string[]? OutputNames => Labels.Names ?? (Task == TextTask.Binary ? ["false", "true"] : null);
}
