using System.Globalization;

namespace Microsoft.ML.AdaMix.Reliability.Endurance;

/// <summary>What came of a part, and whether that is what was promised.</summary>
/// <param name="Name">The part.</param>
/// <param name="Count">Steps done.</param>
/// <param name="Rate">Steps a second, readings not counted.</param>
/// <param name="Slack">Bytes that may be added in all.</param>
/// <param name="All">All readings.</param>
/// <param name="Error">What went wrong, or null.</param>
internal sealed record PartResult(string Name, int Count, double Rate, int Slack, IReadOnlyList<ProcessReading> All, string? Error)
{
    private const double MostBytesAStep = 1;
    private const double MostResidentBytes = 64 << 20;
    private const int MostHandles = 2;
    private const int MostThreads = 4;
    private const double WarmUp = 0.25;

    public static string Header =>
        "| part | steps | steps/s | managed, bytes a step | native, bytes a step | kept free, bytes a step | resident, MB | handles "
        + "| threads | verdict |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|---|";

    public bool IsFlat => Problem is null;

    // Until code is compiled and caches are full, memory grows.
    private ProcessReading[] Readings => [.. All.Where(reading => reading.Step >= Count * WarmUp)];

    private double Managed => Slope(reading => reading.Managed);

    private double Native => Slope(reading => reading.Native);

    // The allocators' share: resident, and neither an object nor allocated by anybody.
    private double Free => Slope(reading => reading.Resident - reading.Managed - reading.Native);

    private string? Problem
    {
        get
        {
            int steps = Readings.Length < 2 ? 0 : Readings[^1].Step - Readings[0].Step;
            double grown = (Managed + Native) * steps;
            int handles = Trend.Rise(Readings, reading => reading.Handles);
            int threads = Trend.Rise(Readings, reading => reading.Threads);
            return Error is not null ? Error
                : steps == 0 ? "too few readings"
                : grown > Math.Max(MostBytesAStep * steps, Slack) ? Invariant($"memory grows: {grown / 1e6:f2} MB in {steps} steps")
                : Slope(reading => reading.Resident) * steps > MostResidentBytes ? "resident memory grows"
                : handles > MostHandles ? Invariant($"{handles} more handles")
                : threads > MostThreads ? Invariant($"{threads} more threads")
                : null;
        }
    }

    /// <summary>A line of the table.</summary>
    public override string ToString()
    {
        ProcessReading last = Readings.LastOrDefault();
        string verdict = Problem is null ? "flat" : $"FAILED: {Problem}";
        return Invariant($"| {Name} | {Count:n0} | {Rate:n0} | {Managed:f2} | {Native:f2} | {Free:f1} ")
            + Invariant($"| {last.Resident / 1e6:f0} | {last.Handles} | {last.Threads} | {verdict} |");
    }

    private double Slope(Func<ProcessReading, double> value) => Trend.Slope(Readings, value);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
