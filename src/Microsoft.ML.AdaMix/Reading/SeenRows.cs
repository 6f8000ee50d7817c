using Microsoft.ML.AdaMix.Wording;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>Rows by which a model is judged and on which it was trained.</summary>
internal static class SeenRows
{
    /// <summary>Says how many they are where it is half of the judged ones or more; otherwise null.</summary>
    /// <typeparam name="T">What tells one text from another.</typeparam>
    /// <param name="training">The texts of the training rows.</param>
    /// <param name="judged">Those of the others.</param>
    /// <param name="kind">What these are called, such as "test row".</param>
    public static string? Tell<T>(IEnumerable<T> training, IReadOnlyCollection<T> judged, string kind)
    {
        HashSet<T> wanted = [.. judged]; // training rows may be many more
        HashSet<T> seen = [.. training.Where(wanted.Contains)];
        int known = judged.Count(seen.Contains);
        return known * 2 >= judged.Count ? $"The texts of {known} of {Counts.Of(judged.Count, kind)} are those of training rows" : null;
    }
}
