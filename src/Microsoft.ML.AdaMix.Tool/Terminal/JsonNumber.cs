using System.Text.Json.Nodes;

namespace Microsoft.ML.AdaMix.Tool.Terminal;

/// <summary>Numbers in JSON, which has no NaN.</summary>
internal static class JsonNumber
{
    /// <summary>The number; null where it is none.</summary>
    public static JsonValue? From(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
