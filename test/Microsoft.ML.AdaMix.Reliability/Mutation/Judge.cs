using System.Diagnostics;

namespace Microsoft.ML.AdaMix.Reliability.Mutation;

/// <summary>What became of an input.</summary>
/// <param name="Refusal">Type of the exception that refused it; null if it was accepted.</param>
/// <param name="Problem">What must not be; null for nothing.</param>
internal readonly record struct Verdict(string? Refusal, string? Problem);

/// <summary>Holds what is promised of every file against what happened with one.</summary>
internal static class Judge
{
    /// <summary>Allocations that do not depend on the file.</summary>
    public const long MostMemory = 16 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static Verdict Of(FileClass files, byte[] input)
    {
        Verdict verdict = Once(files, input, out TimeSpan time);
        for (int again = 0; again < 3 && time > Longest; again++)
        {
            verdict = Once(files, input, out time); // other programs may have had the processor
        }

        return verdict.Problem is null && time > Longest ? verdict with { Problem = $"takes {time.TotalSeconds:F1} s" } : verdict;
    }

    private static Verdict Once(FileClass files, byte[] input, out TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? refusal = null;
        string? problem = null;
        try
        {
            problem = files.Read(input) is { } wrong ? $"accepted, but {wrong}" : null;
        }
        catch (Exception error)
        {
            refusal = error.GetType().Name;
            problem = files.Documents(error) ? null : $"throws {error}";
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        time = Stopwatch.GetElapsedTime(start);
        return new Verdict(
            refusal,
            problem ?? (allocated > (2 * input.Length) + MostMemory ? $"allocates {allocated} bytes for {input.Length}" : null));
    }
}
