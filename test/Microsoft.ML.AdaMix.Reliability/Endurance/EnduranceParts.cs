using Microsoft.ML.AdaMix.Reliability.Endurance.Parts;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>A part of the run.</summary>
/// <param name="Name">What <c>--only</c> and the table call it.</param>
/// <param name="Count">Steps of the whole run.</param>
/// <param name="Fewest">Steps of the shortest.</param>
/// <param name="Start">Prepares it in a folder.</param>
internal sealed record EndurancePart(string Name, int Count, int Fewest, Func<string, IEnduranceWork> Start);

/// <summary>All parts.</summary>
internal static class EnduranceParts
{
    public static EndurancePart[] All { get; } =
    [
        new("predictions", 1_000_000, 2_000, folder => new Predictions(folder)),
        new("views of 100 rows", 1_000, 40, folder => new Views(folder)),
        new("loads and disposals", 10_000, 40, folder => new Loads(folder)),
        new("engines", 1_000, 40, folder => new Engines(folder)),
        new("trainings", 200, 12, folder => new Trainings(folder)),
        new("trials of a sweep", 100, 12, folder => new SweepTrials(folder)),
        new("swaps under load", 100, 12, folder => new Swaps(folder)),
        new("rounds of 64 threads", 100, 8, folder => new ManyThreads(folder)),
    ];
}
