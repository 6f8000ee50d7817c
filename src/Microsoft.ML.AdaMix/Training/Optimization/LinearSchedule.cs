namespace Microsoft.ML.AdaMix.Training.Optimization;

/// <summary>Linear warmup from 0 to the peak, then linear decay to 0. The first step has rate 0 if there is any warmup.</summary>
internal sealed record LinearSchedule(double Peak, int WarmupSteps, int TotalSteps)
{
    /// <summary>The learning rate of step <paramref name="step"/>, counted from 0.</summary>
    public double Rate(int step) => step < WarmupSteps
        ? Peak * step / WarmupSteps
        : Peak * Math.Max(0, TotalSteps - step) / Math.Max(1, TotalSteps - WarmupSteps);
}
