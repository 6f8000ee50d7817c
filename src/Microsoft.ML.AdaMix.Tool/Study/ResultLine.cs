using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.AdaMix.Tool.Terminal;

namespace Microsoft.ML.AdaMix.Tool.Study;

/// <summary>
/// A result as a line of text: a JSON object whose last member, <c>check</c>, is the fingerprint of the object without it, so that no
/// figure changes unnoticed. Lines of earlier versions have none.
/// </summary>
internal static class ResultLine
{
    private const string CheckStart = ",\"check\":\"";
    private const string CheckEnd = "\"}";
    private const int CheckLength = 16;
    private static readonly int AllOfIt = CheckStart.Length + CheckLength + CheckEnd.Length;

    // Nothing may be missing or made up where no check tells.
    private static readonly JsonSerializerOptions Unchecked = new(Output.JsonFormat)
    {
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string Write(TrialResult result)
    {
        string json = JsonSerializer.Serialize(result, Output.JsonFormat);
        return $"{json[..^1]}{CheckStart}{Fingerprint.OfText(json)}{CheckEnd}";
    }

    /// <exception cref="JsonException">It is no result, or was altered.</exception>
    public static TrialResult Read(string line)
    {
        (string json, string? check) = Split(line.TrimEnd('\r'));
        if (check is not null && check != Fingerprint.OfText(json))
        {
            throw new JsonException($"It was altered: its check is {check}; expected is {Fingerprint.OfText(json)}.");
        }

        try
        {
            TrialResult result = JsonSerializer.Deserialize<TrialResult>(json, check is null ? Unchecked : Output.JsonFormat)
                ?? throw new JsonException("It is null.");
            return FindProblem(result) is { } problem ? throw new JsonException(problem) : result;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NotSupportedException
            or FormatException or OverflowException)
        {
            throw new JsonException(error.Message, error); // of the options in it
        }
    }

    private static (string Json, string? Check) Split(string line) =>
        line.Length > AllOfIt && line.EndsWith(CheckEnd, StringComparison.Ordinal)
        && line.AsSpan(line.Length - AllOfIt).StartsWith(CheckStart, StringComparison.Ordinal)
            ? (line[..^AllOfIt] + '}', line[^(CheckLength + CheckEnd.Length)..^CheckEnd.Length])
            : (line, null);

    private static string? FindProblem(TrialResult result) =>
        result.Key.Length == 0 ? "Its key is empty."
        : !IsShare(result.Accuracy) ? $"Its accuracy is {result.Accuracy}; expected is a number from 0 to 1."
        : !IsShare(result.MacroAccuracy) ? $"Its macroAccuracy is {result.MacroAccuracy}; expected is a number from 0 to 1."
        : result.LogLoss < 0 ? $"Its logLoss is {result.LogLoss}; expected is a number from 0 on."
        : !IsShare(result.CalibrationError ?? 0) || !IsShare(result.CalibratedError ?? 0)
            ? $"Its calibration errors are {result.CalibrationError} and {result.CalibratedError}; expected are numbers from 0 to 1."
        : result.CalibratedLogLoss < 0 ? $"Its calibratedLogLoss is {result.CalibratedLogLoss}; expected is a number from 0 on."
        : result.Temperature is <= 0 ? $"Its temperature is {result.Temperature}; expected is a number above 0."
        : result.TestRows < 0 ? $"Its testRows are {result.TestRows}; expected are 0 or more."
        : !(result.EvaluationSeconds >= 0 && double.IsFinite(result.EvaluationSeconds))
            ? $"Its evaluationSeconds are {result.EvaluationSeconds}; expected is a number from 0 on."
        : result.Trace is { } trace && (trace.StepsPerEpoch < 1 || trace.Steps.Count != trace.Losses.Count)
            ? $"Its trace has {trace.Steps.Count} steps and {trace.Losses.Count} losses; expected are as many."
        : null;

    // NaN where there is none.
    private static bool IsShare(double value) => value is (>= 0 and <= 1) or double.NaN;
}
