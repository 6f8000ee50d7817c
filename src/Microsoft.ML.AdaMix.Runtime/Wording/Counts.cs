namespace Microsoft.ML.AdaMix.Wording;

/// <summary>Numbers of things in messages.</summary>
internal static class Counts
{
    /// <summary>1 epoch, 2 epochs, 0 epochs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What follows a 1; with a verb where one follows: row has.</param>
    /// <param name="many">What follows other numbers; null for <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        FormattableString.Invariant($"{count} {(count == 1 ? one : many ?? one + "s")}");
}
