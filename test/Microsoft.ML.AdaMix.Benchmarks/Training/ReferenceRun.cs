using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tokenization;

namespace Microsoft.ML.AdaMix.Benchmarks.Training;

/// <summary>The yardstick alone.</summary>
internal static class ReferenceRun
{
    private const int BatchSize = 16;

    /// <summary>Rows a second of steps in the reference formulation.</summary>
    public static double RowsPerSecond(LoadedEncoder encoder, Texts texts, int rounds)
    {
        using ReferenceStep step = new(encoder);
        TokenIds[] rows = texts.Encode(encoder, BatchSize);
        long[] labels = [.. Enumerable.Range(0, BatchSize).Select(row => (long)(row % 2))];
        return BatchSize / Medians.Of(rounds, () => step.Step(rows, labels))[0];
    }
}
