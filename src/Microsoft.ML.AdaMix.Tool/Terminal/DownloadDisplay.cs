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

    /// <summary>Runs a download and shows what it reports.</summary>
    /// <param name="download">Is given whom to tell.</param>
    public void Show(Action<HubOptions> download)
    {
        try
        {
            download(new HubOptions { Progress = new Listener(Show), Warn = output.Warn });
        }
        finally
        {
            output.Live.Clear();
        }
    }

    private void Show(HubProgress report)
    {
        if (report.Bytes == report.TotalBytes)
        {
            output.Live.Clear();
            output.Say($"{report.Repository}: {report.File} is here, {report.TotalBytes / Mega:N1} MB");
            _sinceLine.Restart();
            return;
        }

        string sofar = $"{report.Repository}: {report.File}  {report.Bytes / Mega:N1} of {report.TotalBytes / Mega:N1} MB";
        output.Live.Show($"{Bar.Of(report.Bytes, report.TotalBytes)}  {sofar}");
        if (!output.Live.IsSeen && _sinceLine.Elapsed >= BetweenLines)
        {
            output.Say(sofar);
            _sinceLine.Restart();
        }
    }

    // At once, in the thread that reports.
    private sealed class Listener(Action<HubProgress> told) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => told(value);
    }
}
