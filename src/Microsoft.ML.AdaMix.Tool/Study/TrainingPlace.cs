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

    /// <summary>Says it of a training that writes nothing into that log.</summary>
    public void Set(string device, string precision)
    {
        Device = device;
        Precision = precision.ToLowerInvariant();
    }

    private void Read(string message)
    {
        if (Place().Match(message) is { Success: true } found)
        {
            Set(found.Groups["device"].Value, found.Groups["precision"].Value);
        }
    }

    [GeneratedRegex(@"seed -?\d+, (?<device>\S+), encoder in (?<precision>\w+)\.$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
