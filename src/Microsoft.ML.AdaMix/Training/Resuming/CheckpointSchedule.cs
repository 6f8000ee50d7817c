using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Training.Resuming;

/// <summary>Says when a checkpoint is due within an epoch.</summary>
/// <param name="steps">Steps between two; null for by time alone.</param>
/// <param name="minutes">Minutes between two; null for by steps alone.</param>
internal sealed class CheckpointSchedule(int? steps, double? minutes)
{
    // One that takes long waits until it is at most this share of the time.
    private const int LeastTimes = 50;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _last;
    private TimeSpan _cost;

    /// <summary>Whether one is due after a step.</summary>
    public bool IsDue(int step) => (steps is { } every && step % every == 0)
        || (minutes is { } between && Since >= TimeSpan.FromMinutes(between) && Since >= LeastTimes * _cost);

    /// <summary>Whether one is due at an epoch's end.</summary>
    public bool IsDueAtEpochEnd => steps is not null || Since >= LeastTimes * _cost;

    /// <summary>Writes one, and measures it.</summary>
    public void Measure(Action write)
    {
        TimeSpan start = _clock.Elapsed;
        write();
        _last = _clock.Elapsed;
        _cost = _last - start;
    }

    private TimeSpan Since => _clock.Elapsed - _last;
}
