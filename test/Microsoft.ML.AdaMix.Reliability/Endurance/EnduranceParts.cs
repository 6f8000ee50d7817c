using Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>A part of the run.</summary>
/// <param name="Name">What <c>--only</c> and the table call it.</param>
/// <param name="Count">Steps of the whole run.</param>
/// <param name="Fewest">Steps of the shortest.</param>
/// <param name="Slack">Bytes that may be added in all: tables that grow with the largest number of threads that met.</param>
/// <param name="Start">Prepares it in a folder.</param>
internal sealed record EndurancePart(string Name, int Count, int Fewest, int Slack, Func<string, IEnduranceWork> Start);

/// <summary>All parts.</summary>
internal static class EnduranceParts
{
    /// <summary>Fails: shows that a leak is seen. Not among the others.</summary>
    public static EndurancePart Leak { get; } = new("a leak", 1_000_000, 10_000, 256 << 10, _ => new Leak());

    public static EndurancePart[] All { get; } =
    [
        new("predictions", 1_000_000, 10_000, 256 << 10, folder => new Predictions(folder)),
        new("views of 100 rows", 1_000, 40, 256 << 10, folder => new Views(folder)),
        new("loads and disposals", 10_000, 40, 256 << 10, folder => new Loads(folder)),
        new("engines", 1_000, 40, 256 << 10, folder => new Engines(folder)),
        new("trainings", 200, 16, 1 << 20, folder => new Trainings(folder)),
        new("trials of a sweep", 100, 16, 1 << 20, folder => new SweepTrials(folder)),
        new("swaps under load", 100, 16, 1 << 20, folder => new Swaps(folder)),
        new("rounds of 64 threads", 100, 16, 4 << 20, folder => new ManyThreads(folder)),
    ];

    public static EndurancePart Find(string name) => All.Append(Leak).First(part => part.Name == name);
}
