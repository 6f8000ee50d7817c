using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Reliability.Kills;

/// <summary>Starts children, kills them, and looks at what they left.</summary>
/// <param name="kills">How many kills, over all kinds.</param>
/// <param name="kinds">What is killed.</param>
/// <param name="seed">Of the moments.</param>
/// <param name="parallel">How many children live at once.</param>
internal sealed class KillRun(int kills, IReadOnlyList<string> kinds, int seed, int parallel)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly KillCounts _counts = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _saying = new();
    private TimeSpan _said;
    private volatile bool _isStopped;

    /// <summary>Kills until all are done, or until Ctrl+C, and says what it found.</summary>
    /// <returns>Whether nothing was lost.</returns>
    public bool Run()
    {
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = _isStopped = true;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("adamix-kills-");
        try
        {
            // Of what is left each kind gets its share, so that the last one gets all of it.
            int left = kills;
            int shares = kinds.Sum(kind => KillScenarios.Shares[kind]);
            foreach (string kind in kinds)
            {
                int share = (int)((long)left * KillScenarios.Shares[kind] / shares);
                Run(KillScenarios.Create(kind), share, folder.FullName);
                left -= share;
                shares -= KillScenarios.Shares[kind];
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Console.WriteLine();
        foreach (string line in _counts.Table(kinds))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
        Console.WriteLine(
            $"{_counts.Total} kills in {_clock.Elapsed:hh\\:mm\\:ss}, {_counts.Total / _clock.Elapsed.TotalMinutes:f0} a minute; "
            + $"seed {seed}; {Environment.ProcessorCount} cores; {_counts.Losses.Count} losses.");
        return _counts.Losses.IsEmpty;
    }

    private void Run(IKillScenario scenario, int count, string folder)
    {
        Parallel.For(0, parallel, new ParallelOptions { MaxDegreeOfParallelism = parallel }, slot =>
        {
            string own = Directory.CreateDirectory(Path.Combine(folder, $"{scenario.Name}-{slot}")).FullName;
            Directory.CreateDirectory(Path.Combine(own, "temporary"));
            using ChildState state = ChildState.Open(own);
            Random random = new(HashCode.Combine(seed, slot));
            int mine = (count / parallel) + (slot < count % parallel ? 1 : 0);
            for (int kill = 0; kill < mine && !_isStopped; kill++)
            {
                string? failure = ChildProcess.StartAndKill(scenario, own, state, random);
                Operation hit = state.Operation;
                string? loss;
                lock (scenario)
                {
                    loss = failure ?? scenario.Check(own, state) ?? LeftoverCheck.Run(own);
                }

                _counts.Add(scenario.Name, hit, loss);
                Say(scenario.Name, loss);
                if (failure is not null)
                {
                    break;
                }
            }
        });
    }

    private void Say(string kind, string? loss)
    {
        lock (_saying)
        {
            if (loss is not null)
            {
                Console.WriteLine($"LOSS: {kind}: {loss}");
            }

            if (_clock.Elapsed - _said > BetweenLines)
            {
                _said = _clock.Elapsed;
                Console.WriteLine(
                    $"{_clock.Elapsed:hh\\:mm\\:ss} {kind}: {_counts.Total} of {kills} kills, "
                    + $"{_counts.Total / _clock.Elapsed.TotalMinutes:f0} a minute, {_counts.Losses.Count} losses");
            }
        }
    }
}
