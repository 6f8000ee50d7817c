using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>How each task reads its labels.</summary>
internal static class LabelColumns
{
    /// <summary>Takes what the training data's label column says of its values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is of another type than the task needs.</exception>
    public static LabelColumn Create(TextTask task, DataViewSchema.Column column) => task switch
    {
        TextTask.Binary => new BooleanLabel(column),
        TextTask.Regression => new NumberLabel(column),
        TextTask.MultiLabel => new LabelSet(column),
        _ => new ClassLabel(column),
    };
}
