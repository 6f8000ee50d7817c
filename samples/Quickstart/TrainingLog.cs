using Microsoft.ML;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows the warnings in ML.NET's log.</summary>
internal static class TrainingLog
{
    public static void ShowWarnings(MLContext ml, IAnsiConsole console) => ml.Log += (_, entry) =>
    {
        if (entry.Kind == ChannelMessageKind.Warning)
        {
            console.WriteLine(entry.RawMessage);
        }
    };
}
