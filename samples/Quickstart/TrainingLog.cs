using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Quickstart;

/// <summary>Listens to ML.NET's log: warnings are shown, and the trainer says there how many weights it moves.</summary>
internal sealed partial class TrainingLog
{
    private readonly IAnsiConsole _console;

    public TrainingLog(MLContext ml, IAnsiConsole console)
    {
        _console = console;
        ml.Log += Hear;
    }

    /// <summary>The number of trained weights; null before training.</summary>
    public long? TrainedParameters { get; private set; }

    private void Hear(object? sender, LoggingEventArgs entry)
    {
        if (entry.Kind == ChannelMessageKind.Warning)
        {
            _console.WriteLine(entry.RawMessage);
        }
        else if (CountPattern.Match(entry.RawMessage) is { Success: true } match)
        {
            TrainedParameters = long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    [GeneratedRegex(@"\b(\d+) trained parameters\b", RegexOptions.NonBacktracking)]
    private static partial Regex CountPattern { get; }
}
