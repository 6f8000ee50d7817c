using System.Collections.Concurrent;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>How many kills there were, where they hit, and what was lost.</summary>
internal sealed class KillCounts
{
    private readonly ConcurrentDictionary<(string Kind, Operation Operation), int> _hits = [];

    public ConcurrentQueue<string> Losses { get; } = [];

    public int Total => _hits.Values.Sum();

    public void Add(string kind, Operation operation, string? loss)
    {
        _hits.AddOrUpdate((kind, operation), 1, (_, count) => count + 1);
        if (loss is not null)
        {
            Losses.Enqueue($"{kind}, killed in {operation}: {loss}");
        }
    }

    /// <summary>A table in Markdown: a kind a line, and where its kills hit.</summary>
    public IEnumerable<string> Table(IReadOnlyList<string> kinds)
    {
        yield return "| kind | kills | hit an operation on files | of these | losses |";
        yield return "|---|--:|--:|---|--:|";
        foreach (string kind in kinds)
        {
            (Operation Operation, int Count)[] hits = [.. _hits.Where(hit => hit.Key.Kind == kind)
                .Select(hit => (hit.Key.Operation, hit.Value)).OrderByDescending(hit => hit.Value)];
            (Operation Operation, int Count)[] inFiles = [.. hits.Where(hit => hit.Operation != Operation.Computing)];
            string where = string.Join(", ", inFiles.Select(hit => $"{hit.Operation} {hit.Count}"));
            int losses = Losses.Count(loss => loss.StartsWith(kind, StringComparison.Ordinal));
            yield return $"| {kind} | {hits.Sum(hit => hit.Count)} | {inFiles.Sum(hit => hit.Count)} | {where} | {losses} |";
        }
    }
}
