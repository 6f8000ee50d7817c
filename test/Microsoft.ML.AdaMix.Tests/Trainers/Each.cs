namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Does something at each report, on the training thread.</summary>
internal sealed class Each(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => action(value);
}
