namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Keeps reports in their order; <see cref="Progress{T}"/> would hand them to the thread pool.</summary>
internal sealed class ProgressRecorder(List<TrainingProgress> reports) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => reports.Add(value);
}
