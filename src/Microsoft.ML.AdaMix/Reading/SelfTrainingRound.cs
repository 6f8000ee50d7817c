namespace Microsoft.ML.AdaMix.Reading;

/// <summary>A training on labels that a model guessed.</summary>
/// <param name="Number">Which one, from 1.</param>
/// <param name="Labelled">The rows whose labels are known.</param>
/// <param name="Epochs">Epochs of the training on these alone.</param>
internal sealed record SelfTrainingRound(int Number, TrainingRows Labelled, int Epochs);
