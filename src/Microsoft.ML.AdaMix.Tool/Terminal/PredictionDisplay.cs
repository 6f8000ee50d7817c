using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>
/// Shows how many rows are predicted: as a live line in a terminal, otherwise as a line now and then. Short runs and filters stay silent.
/// </summary>
/// <param name="console">For people.</param>
/// <param name="target">The file that is written; null where predictions go to standard output.</param>
internal sealed class PredictionDisplay(IAnsiConsole console, string? target)
{
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = BeforeFirst;
    private long _rows;

    /// <summary>Runs a prediction and shows what it reports.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="predict">Reports the number of rows so far.</param>
    public T Show<T>(string source, Func<Action<long>, T> predict)
    {
        bool terminal = console.Profile.Capabilities.Ansi;
        bool stands = terminal && target is null && !Console.IsOutputRedirected; // the predictions themselves are seen to come
        T result = stands ? predict(rows => _rows = rows) : terminal ? ShowBar(source, predict) : predict(ShowLine);
        if (target is not null)
        {
            console.WriteLine($"{Describe()}. Written to {target}.");
        }

        return result;
    }

    private T ShowBar<T>(string source, Func<Action<long>, T> predict) => console.Progress()
        .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .AutoClear(true)
        .Start(bars =>
        {
            ProgressTask bar = bars.AddTask(Markup.Escape($"predicting {source}"));
            bar.IsIndeterminate = true;
            return predict(rows =>
            {
                _rows = rows;
                bar.Description = Markup.Escape(Describe());
            });
        });

    private void ShowLine(long rows)
    {
        _rows = rows;
        if (_clock.Elapsed >= _next)
        {
            console.WriteLine(Describe());
            _next = _clock.Elapsed + BetweenLines;
        }
    }

    private string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_rows:N0} {(_rows == 1 ? "row" : "rows")} predicted in {Durations.Format(_clock.Elapsed)}, "
        + $"{_rows / Math.Max(1e-3, _clock.Elapsed.TotalSeconds):N0} rows/s");
}
