namespace Microsoft.ML.AdaMix.Tool.Data;

/// <summary>Counts broken rows that were left out, and keeps what was wrong with the first ones.</summary>
internal sealed class SkippedRows
{
    private const int Shown = 5;

    private readonly List<string> _first = [];

    public int Count { get; private set; }

    public void Add(string problem)
    {
        Count++;
        if (_first.Count < Shown)
        {
            _first.Add(problem);
        }
    }

    /// <summary>Says how many, and what was wrong with the first; null where there were none.</summary>
    public string? Report(string source) => Count == 0
        ? null
        : $"'{source}': {Count} broken row{(Count == 1 ? " was" : "s were")} left out"
            + $"{(Count > _first.Count ? ", the first of them" : "")}: " + string.Join(" ", _first);
}
