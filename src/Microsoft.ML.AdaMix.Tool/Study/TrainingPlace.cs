using System.Text.RegularExpressions;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>Reads from ML.NET's log on what device, and in what precision of the frozen encoder, a training runs.</summary>
internal sealed partial class TrainingPlace
{
    /// <summary>Null before a training has begun.</summary>
    public string? Device { get; private set; }

    /// <summary>What <c>auto</c> was found to be; null before a training has begun.</summary>
    public string? Precision { get; private set; }

    public static TrainingPlace Watch(MLContext ml)
    {
        TrainingPlace place = new();
        ml.Log += (_, entry) => place.Read(entry.RawMessage);
        return place;
    }

    private void Read(string message)
    {
        if (Place().Match(message) is { Success: true } found)
        {
            Device = found.Groups["device"].Value;
            Precision = found.Groups["precision"].Value.ToLowerInvariant();
        }
    }

    [GeneratedRegex(@"seed -?\d+, (?<device>\S+), encoder in (?<precision>\w+)\.$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
