using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Benchmarks;

/// <summary>Times several things in turn, A B A B …, so that a change of the machine's speed hits all of them alike.</summary>
internal static class Medians
{
    // Longer than the threads of any library here spin after their last work.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(30);

    /// <summary>Median seconds of each, after one round that does not count.</summary>
    public static double[] Of(int rounds, params Action[] actions) => Of(rounds, _ => { }, actions);

    /// <summary>The same where one thing's threads would spin into the next one's time: each is let alone with the processor.</summary>
    public static double[] OfApart(int rounds, params Action[] actions) => Of(rounds, _ => Thread.Sleep(Rest), actions);

    /// <summary>The same for what takes milliseconds: each is let alone with the processor and run once before it is timed.</summary>
    public static double[] OfShort(int rounds, params Action[] actions) => Of(
        rounds,
        action =>
        {
            Thread.Sleep(Rest);
            action();
        },
        actions);

    private static double[] Of(int rounds, Action<Action> prepare, Action[] actions)
    {
        List<double>[] seconds = [.. actions.Select(_ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                prepare(actions[i]);
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
