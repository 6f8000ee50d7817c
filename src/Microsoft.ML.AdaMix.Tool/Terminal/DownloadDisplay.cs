using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Shows a download's progress: a line for each file that has come, and meanwhile a live line in a terminal, elsewhere a line now and then.
/// </summary>
/// <param name="output">Where it is shown.</param>
internal sealed class DownloadDisplay(Output output)
{
    private const double Mega = 1e6;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    /// <summary>What tells it.</summary>
    public HubOptions Options => new() { Progress = new Listener(Show), Warn = output.Warn };

    private void Show(HubProgress report)
    {
        if (report.Bytes == report.TotalBytes)
        {
            output.Live.Clear();
            output.Say($"{report.Repository}: {report.File} is here, {Size(report.TotalBytes)}");
            _sinceLine.Restart();
            return;
        }

        string sofar = $"{report.Repository}: {report.File}  {Size(report.Bytes)} of {Size(report.TotalBytes)}";
        output.Live.Show($"{Bar.Of(report.Bytes, report.TotalBytes)}  {sofar}");
        if (!output.Live.IsSeen && _sinceLine.Elapsed >= BetweenLines)
        {
            output.Say(sofar);
            _sinceLine.Restart();
        }
    }

    private static string Size(long bytes) => bytes >= Mega ? $"{bytes / Mega:N1} MB" : $"{bytes:N0} bytes";

    // At once, in the thread that reports.
    private sealed class Listener(Action<HubProgress> told) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => told(value);
    }
}
