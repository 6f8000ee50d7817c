namespace Microsoft.ML.AdaMix.Hub;

/// <summary>The time, and how waiting is done; tests wait without it passing.</summary>
/// <param name="Now">What time it is.</param>
/// <param name="Wait">Waits.</param>
internal sealed record HubClock(Func<DateTimeOffset> Now, Func<TimeSpan, CancellationToken, Task> Wait)
{
    public static readonly HubClock Real = new(() => DateTimeOffset.UtcNow, Task.Delay);
}
