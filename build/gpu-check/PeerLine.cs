using System.Text.Json.Serialization;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>A measurement of the peers, as their script writes it.</summary>
internal sealed record PeerLine(
    string? Shape, int Batch, string? Name, [property: JsonPropertyName("rows_s")] double? RowsPerSecond);
