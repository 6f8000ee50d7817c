using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Finds out how many cores other processes kept busy meanwhile, so that a time from a busy machine can be told.</summary>
internal sealed class OtherLoad
{
    private const string SystemTimes = "/proc/stat";
    private const double TicksPerSecond = 100; // USER_HZ, the same on all of Linux's architectures that .NET runs on

    private readonly double? _busyBefore = BusySeconds();
    private readonly TimeSpan _ownBefore = Environment.CpuUsage.TotalTime;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Mean number of cores since this was made; null where the system does not tell.</summary>
    public double? Cores()
    {
        double own = (Environment.CpuUsage.TotalTime - _ownBefore).TotalSeconds;
        return BusySeconds() - _busyBefore is { } busy && (busy > 0 || own < 0.1)
            ? Math.Round(Math.Max(0, (busy - own) / _clock.Elapsed.TotalSeconds), 2)
            : null;
    }

    // The first line: cpu, then ticks for user, nice, system, idle, iowait, irq, softirq and steal.
    private static double? BusySeconds()
    {
        if (!File.Exists(SystemTimes))
        {
            return null;
        }

        double[] ticks = [.. (File.ReadLines(SystemTimes).FirstOrDefault() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Select(field => double.TryParse(field, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
        return ticks.Length < 8 || ticks.Any(double.IsNaN)
            ? null
            : (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / TicksPerSecond;
    }
}
