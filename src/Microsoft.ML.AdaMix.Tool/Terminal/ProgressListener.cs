namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Hears reports on the training thread, in order; <see cref="Progress{T}"/> would hand them to the thread pool.</summary>
internal sealed class ProgressListener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => hear(value);
}
