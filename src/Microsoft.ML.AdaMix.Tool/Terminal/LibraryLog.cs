using Microsoft.ML.AdaMix.Tool.Settings;
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
}
