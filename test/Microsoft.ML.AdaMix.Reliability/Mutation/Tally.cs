using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>What became of the inputs of a class.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);

    public long Inputs { get; private set; }

    public long Accepted { get; private set; }

    public long Problems { get; private set; }

    /// <summary>Inputs that were refused, by the exception's type.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>Time that threads spent on them.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Inputs a second and core.</summary>
    public double Rate => Time > TimeSpan.Zero ? Inputs / Time.TotalSeconds : 0;

    public void Add(Verdict verdict)
    {
        Inputs++;
        Problems += verdict.Problem is null ? 0 : 1;
        if (verdict.Refusal is { } refusal)
        {
            _refused[refusal] = _refused.GetValueOrDefault(refusal) + 1;
        }
        else
        {
            Accepted++;
        }
    }

    public void AddTime(long start) => Time += Stopwatch.GetElapsedTime(start);

    public void Add(Tally other)
    {
        Inputs += other.Inputs;
        Accepted += other.Accepted;
        Problems += other.Problems;
        Time += other.Time;
        foreach ((string refusal, long count) in other._refused)
        {
            _refused[refusal] = _refused.GetValueOrDefault(refusal) + count;
        }
    }
}
