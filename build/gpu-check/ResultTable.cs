using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.AdaMix.GpuCheck.Speed;

namespace Microsoft.ML.AdaMix.GpuCheck;

/// <summary>Joins our lines and the peers' in one table, as markdown.</summary>
internal static class ResultTable
{
    public const string Results = "results.jsonl";
    public const string Loading = "loading.jsonl";
    private const string Peers = "peers.jsonl";

    /// <param name="folder">Where the lines are; table.md and table.jsonl are written there.</param>
    /// <returns>Whether all claims hold.</returns>
    public static bool Write(string folder)
    {
        ILookup<string, JsonElement> lines = Read(Path.Combine(folder, Results)).ToLookup(
            line => line.GetProperty("kind").GetString()!, StringComparer.Ordinal);
        PeerLine[] peers = [.. Read(Path.Combine(folder, Peers)).Where(line => line.TryGetProperty("rows_s", out _)).Select(Of<PeerLine>)];
        CheckLine[] checks = [.. lines["check"].Concat(Read(Path.Combine(folder, Loading))).Select(Of<CheckLine>)];
        CheckLine[] failed = [.. checks.Where(check => !check.Passed)];
        Joined[] joined = [.. lines["speed"].Select(Of<SpeedLine>).Select(ours => new Joined(ours, peers))];
        StringBuilder text = new();
        foreach (EnvironmentLine place in lines["environment"].Select(Of<EnvironmentLine>))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{place.Device}, driver {place.Driver ?? "none"}, libtorch {place.LibTorchVersion ?? "unknown"}, {place.Cores} cores")
                .AppendLine();
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{checks.Length - failed.Length} of {checks.Length} checks passed.").AppendLine();
        foreach (CheckLine check in failed)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"- FAILED: {check.Name}: {check.Error ?? $"{check.Found:g3}, limit {check.Limit:g3}"}");
        }

        text.AppendLine()
            .Append("| shape | batch | method | precision | rows/s | share of peak ")
            .AppendLine("| plain PyTorch | ratio | padded to 128 | ratio | transformers | ratio |")
            .AppendLine("|---|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Joined row in joined)
        {
            SpeedLine ours = row.Ours;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {ours.Shape} | {ours.Batch} | {ours.Method} | {ours.Precision} | {ours.RowsPerSecond:f1} | {ours.PeakShare:p1} "
                + $"| {Cells(ours, row.Plain)} | {Cells(ours, row.Padded)} | {Cells(ours, row.Transformers)} |");
        }

        text.AppendLine().AppendLine("Milliseconds of a step's parts, each waited for:").AppendLine()
            .AppendLine("| shape | batch | method | precision | data | forward | backward | clipping | AdamW |")
            .AppendLine("|---|--:|---|---|--:|--:|--:|--:|--:|");
        foreach (BreakdownLine part in lines["breakdown"].Select(Of<BreakdownLine>))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {part.Shape} | {part.Batch} | {part.Method} | {part.Precision} | {part.Data:f1} | {part.Forward:f1} "
                + $"| {part.Backward:f1} | {part.Clip:f1} | {part.Optimizer:f1} |");
        }

        File.WriteAllText(Path.Combine(folder, "table.md"), text.ToString());
        File.WriteAllLines(Path.Combine(folder, "table.jsonl"), joined.Select(row => JsonSerializer.Serialize(row, Report.Json)));
        Console.WriteLine(text);
        return checks.Length > 0 && failed.Length == 0;
    }

    private static string Cells(SpeedLine ours, double? theirs) => theirs is { } speed
        ? string.Create(CultureInfo.InvariantCulture, $"{speed:f1} | {ours.RowsPerSecond / speed:f2}")
        : "|";

    // A line may be cut off where a run was ended; and Python writes NaN.
    private static IEnumerable<JsonElement> Read(string path) => File.Exists(path)
        ? File.ReadLines(path).Where(line => line.EndsWith('}')).Select(
            line => JsonSerializer.Deserialize<JsonElement>(line.Replace(": NaN", ": null", StringComparison.Ordinal)))
        : [];

    private static T Of<T>(JsonElement line) => line.Deserialize<T>(Report.Json)!;
}
