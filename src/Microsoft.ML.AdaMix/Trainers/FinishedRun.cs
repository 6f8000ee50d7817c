using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>What a training came to that others may follow.</summary>
/// <param name="Mixture">The model; to be disposed.</param>
/// <param name="Data">What it was trained on, as it trained.</param>
/// <param name="Guesses">What it says of the rows without a label; null where there are none, or the training was cut.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="IsWhole">Whether it came to its end, and neither a cancellation nor the longest time cut it.</param>
internal sealed record FinishedRun(TrainedMixture Mixture, PreparedData Data, Guesses? Guesses, TimeSpan Elapsed, bool IsWhole);
