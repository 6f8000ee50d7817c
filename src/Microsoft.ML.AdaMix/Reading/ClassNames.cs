using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>What options call the classes of a training.</summary>
internal static class ClassNames
{
    private static readonly string[] Binary = ["false", "true"];

    /// <summary>The classes or labels in their order: by their values, or by their numbers where they have none.</summary>
    public static string[] Of(TextTask task, LabelKeys labels) => task == TextTask.Binary
        ? Binary
        : labels.Names ?? [.. Enumerable.Range(0, labels.Count).Select(label => FormattableString.Invariant($"{label}"))];
}
