using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Times several things in turn, A B A B …, so that a change of the machine's speed hits all of them alike.</summary>
internal static class Medians
{
    /// <summary>Median seconds of each, after one round that does not count.</summary>
    public static double[] Of(int rounds, params Action[] actions)
    {
        List<double>[] seconds = [.. actions.Select(_ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                actions[i]();
                if (round >= 0)
                {
                    seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        return [.. seconds.Select(times => times.Order().ElementAt(times.Count / 2))];
    }
}
