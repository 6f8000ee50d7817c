using Microsoft.ML.AdaMix.Parameters;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Holds out rows of every class alike.</summary>
internal static class StratifiedSplit
{
    /// <summary>Splits rows with the run's own draw.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="hasClasses">Whether targets are classes, each of which is split alike; otherwise the rows are one class.</param>
    /// <param name="fraction">Share to hold out.</param>
    /// <param name="seed">The run's.</param>
    public static (TrainingRows Training, TrainingRows HeldOut) HoldOut(TrainingRows rows, bool hasClasses, double fraction, int seed)
    {
        int[] strata = hasClasses ? Array.ConvertAll(rows.Targets, target => (int)target) : new int[rows.Count];
        (int[] training, int[] heldOut) = Split(strata, fraction, RandomSource.For(seed, "validation"));
        return (rows.Select(training), rows.Select(heldOut));
    }

    /// <summary>Splits row indices. A class with one row trains; every larger class keeps at least one training row.</summary>
    public static (int[] Training, int[] HeldOut) Split(int[] labels, double fraction, RandomSource random)
    {
        List<int> training = [];
        List<int> heldOut = [];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, labels.Length).GroupBy(row => labels[row]).OrderBy(group => group.Key))
        {
            int[] rows = [.. group];
            random.Shuffle(rows.AsSpan());
            int count = HeldOut(rows.Length, fraction);
            heldOut.AddRange(rows.Take(count));
            training.AddRange(rows.Skip(count));
        }

        training.Sort();
        heldOut.Sort();
        return ([.. training], [.. heldOut]);
    }

    /// <summary>Rows of a class that are held out.</summary>
    public static int HeldOut(int rows, double fraction) =>
        rows == 0 ? 0 : Math.Min((int)Math.Round(rows * fraction, MidpointRounding.AwayFromZero), rows - 1);
}
