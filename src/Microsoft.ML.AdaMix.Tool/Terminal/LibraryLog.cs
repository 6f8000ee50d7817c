using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Hands ML.NET's warnings and the library's on, in the words of the command line.</summary>
internal static class LibraryLog
{
    public static void PassWarnings(MLContext ml, Action<string> warn) => ml.Log += (_, entry) =>
    {
        if (entry.Kind == ChannelMessageKind.Warning)
        {
            warn(LibraryWords.Translate(entry.RawMessage));
        }
    };

    /// <summary>Says from what a training goes on or starts, once that is known.</summary>
    public static void PassBeginnings(MLContext ml, Action<string> say) => ml.Log += (_, entry) =>
    {
        if (entry.Kind != ChannelMessageKind.Warning
            && Array.Exists(TrainingLog.Beginnings, beginning => entry.RawMessage.StartsWith(beginning, StringComparison.Ordinal)))
        {
            say(LibraryWords.Translate(entry.RawMessage));
        }
    };
}
