namespace Microsoft.ML.AdaMix.Training;

/// <summary>What a training came to.</summary>
/// <param name="Kept">The closing report of the epoch whose weights the model has.</param>
/// <param name="Epochs">How many epochs were trained.</param>
/// <param name="IsWhole">Whether it came to its end, and neither a cancellation nor the longest time cut it.</param>
internal sealed record TrainedEpochs(TrainingProgress Kept, int Epochs, bool IsWhole);
