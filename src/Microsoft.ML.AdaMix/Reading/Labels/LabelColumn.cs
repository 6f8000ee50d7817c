using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Reading.Labels;

/// <summary>Reads the current row's target into a span of the column's width.</summary>
/// <returns>False where the row has no label; the target then means nothing.</returns>
internal delegate bool ReadTarget(Span<float> target);

/// <summary>The label column of a task: what it may hold, and how it becomes numbers.</summary>
internal abstract class LabelColumn
{
    /// <summary>Numbers a row's target has.</summary>
    public virtual int Width => 1;

    /// <summary>Classes, labels, or numbered outputs.</summary>
    public abstract LabelKeys Keys { get; }

    /// <summary>A reader of a column with these labels: the training data's own, or that of validation rows.</summary>
    /// <param name="cursor">On the rows.</param>
    /// <param name="column">The label column of those rows.</param>
    public abstract ReadTarget Open(DataViewRowCursor cursor, DataViewSchema.Column column);
}
