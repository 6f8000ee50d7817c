using System.Collections.Concurrent;
using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>Reads mutated files on several threads, and counts what became of them.</summary>
/// <param name="entries">The classes.</param>
/// <param name="inputs">How many inputs in all.</param>
/// <param name="seed">From which they follow.</param>
/// <param name="store">Keeps those with which something went wrong.</param>
internal sealed class MutationRun(IReadOnlyList<FileClassEntry> entries, long inputs, long seed, FindingStore store)
{
    // Classes take turns, so that what a run shows does not depend on when it is stopped.
    private const int Turns = 100;

    private readonly ConcurrentQueue<Turn> _turns = new();
    private readonly Dictionary<string, Tally> _tallies = entries.ToDictionary(entry => entry.Name, _ => new Tally());
    private readonly ConcurrentBag<Work> _works = [];
    private long _done;

    public long Done => Volatile.Read(ref _done);

    /// <summary>Counts by class, after <see cref="Run"/>.</summary>
    public IReadOnlyDictionary<string, Tally> Tallies => _tallies;

    /// <summary>What threads are at, and since when.</summary>
    public IEnumerable<(string Name, long Number, TimeSpan Since)> Current => _works.Select(work => work.Current);

    public void Run(int threads)
    {
        Share();
        Exception? failure = null;
        Thread[] started = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            try
            {
                TakeTurns();
            }
            catch (Exception error)
            {
                failure = error;
                _turns.Clear();
            }
        }))];
        Array.ForEach(started, thread => thread.Start());
        Array.ForEach(started, thread => thread.Join());
        if (failure is not null)
        {
            throw new InvalidOperationException("The run itself failed.", failure);
        }
    }

    private void Share()
    {
        long weights = entries.Sum(entry => entry.Weight);
        for (int turn = 0; turn < Turns; turn++)
        {
            foreach (FileClassEntry entry in entries)
            {
                long all = (long)((Int128)inputs * entry.Weight / weights);
                long first = (long)((Int128)all * turn / Turns);
                long behind = (long)((Int128)all * (turn + 1) / Turns);
                if (behind > first)
                {
                    _turns.Enqueue(new Turn(entry, first, behind));
                }
            }
        }
    }

    private void TakeTurns()
    {
        Dictionary<string, FileClass> classes = new(StringComparer.Ordinal);
        Work work = new();
        _works.Add(work);
        while (_turns.TryDequeue(out Turn? turn))
        {
            if (!classes.TryGetValue(turn.Entry.Name, out FileClass? files))
            {
                classes.Add(turn.Entry.Name, files = turn.Entry.Create());
                Verdict valid = Judge.Of(files, files.Valid);
                if (valid is not { Refusal: null, Problem: null })
                {
                    throw new InvalidOperationException($"The valid file of the class {turn.Entry.Name} {valid.Problem ?? valid.Refusal}.");
                }
            }

            Take(turn, files, work);
        }

        foreach (FileClass files in classes.Values)
        {
            files.Dispose();
        }
    }

    private void Take(Turn turn, FileClass files, Work work)
    {
        Tally tally = new();
        long start = Stopwatch.GetTimestamp();
        for (long number = turn.First; number < turn.Behind; number++)
        {
            work.Begin(turn.Entry.Name, number);
            byte[] input = turn.Entry.Input(files, seed, number);
            Verdict verdict = Judge.Of(files, input);
            tally.Add(verdict);
            Interlocked.Increment(ref _done);
            if (verdict.Problem is { } problem)
            {
                store.Add(turn.Entry.Name, seed, number, input, problem);
            }
        }

        work.End();
        tally.AddTime(start);
        lock (_tallies)
        {
            _tallies[turn.Entry.Name].Add(tally);
        }
    }

    private sealed record Turn(FileClassEntry Entry, long First, long Behind);

    /// <summary>What a thread is at.</summary>
    private sealed class Work
    {
        private string _name = string.Empty;
        private long _number;
        private long _start;

        public (string Name, long Number, TimeSpan Since) Current => Volatile.Read(ref _start) is > 0 and var start
            ? (_name, Volatile.Read(ref _number), Stopwatch.GetElapsedTime(start))
            : (_name, Volatile.Read(ref _number), TimeSpan.Zero);

        public void Begin(string name, long number)
        {
            _name = name;
            Volatile.Write(ref _number, number);
            Volatile.Write(ref _start, Stopwatch.GetTimestamp());
        }

        public void End() => Volatile.Write(ref _start, 0);
    }
}
