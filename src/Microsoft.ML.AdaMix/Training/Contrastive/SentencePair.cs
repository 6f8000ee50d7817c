namespace Microsoft.ML.AdaMix.Training.Contrastive;

/// <summary>Two texts by their numbers, and whether they have one class.</summary>
internal readonly record struct SentencePair(int First, int Second, bool AreAlike);
