using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Hands ML.NET's warnings on.</summary>
internal static class TrainingLog
{
    public static void PassWarnings(MLContext ml, Action<string> warn) => ml.Log += (_, entry) =>
    {
        if (entry.Kind == ChannelMessageKind.Warning)
        {
            warn(entry.RawMessage);
        }
    };
}
