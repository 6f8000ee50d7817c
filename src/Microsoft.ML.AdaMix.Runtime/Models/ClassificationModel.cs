namespace Microsoft.ML.AdaMix.Models;

/// <summary>The columns a classifier reads and writes.</summary>
/// <param name="Text">Input text.</param>
/// <param name="SecondText">Second input text of pairs, or null.</param>
/// <param name="PredictedLabel">Output: the class as a key.</param>
/// <param name="Score">Output: probabilities [classes].</param>
/// <param name="Logits">Output: logits [classes], or null for none.</param>
/// <param name="Embedding">Output: the encoder's output at the first token [hidden], or null for none.</param>
internal sealed record ScoringColumns(string Text, string? SecondText, string PredictedLabel, string Score, string? Logits, string? Embedding);

/// <summary>A merged model with what makes it a classifier in an ML.NET pipeline. Plain data.</summary>
internal sealed record ClassificationModel(MergedModel Merged, LabelKeys Labels, ScoringColumns Columns);
