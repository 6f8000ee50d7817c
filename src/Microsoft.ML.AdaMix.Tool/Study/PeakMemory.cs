namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// Watches the process's working set and keeps its largest value. The systems' own peak counters hold for the whole process and cannot be
/// reset.
/// </summary>
internal sealed class PeakMemory : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Timer _timer;
    private long _peak;

    public PeakMemory()
    {
        Look();
        _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    public double Megabytes
    {
        get
        {
            Look();
            return Interlocked.Read(ref _peak) / 1e6;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        long now = Environment.WorkingSet;
        long before = Interlocked.Read(ref _peak);
        while (now > before)
        {
            long seen = Interlocked.CompareExchange(ref _peak, now, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }
}
