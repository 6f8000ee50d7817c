namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Hears of every report at once, on the thread that trains.</summary>
internal sealed class Each(Action<TrainingProgress> action) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => action(value);
}
