using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>The columns of the tool's models, but for the label, whose type is the task's.</summary>
internal abstract class TaskRow
{
    public string Text { get; set; } = "";

    public string Pair { get; set; } = "";

    public float Weight { get; set; } = 1;
}

/// <summary>A row with a class as text.</summary>
internal sealed class ClassRow : TaskRow
{
    public string Label { get; set; } = "";
}

/// <summary>A row with a number.</summary>
internal sealed class NumberRow : TaskRow
{
    public float Label { get; set; } = float.NaN;
}

/// <summary>A row with any number of labels.</summary>
internal sealed class LabelSetRow : TaskRow
{
    public string[] Label { get; set; } = [];
}

/// <summary>
/// Makes views of rows; columns that the rows do not have stay out of the schema, so that a saved model tells what it reads.
/// </summary>
internal static class TaskViews
{
    public static IDataView Create<T>(MLContext ml, IEnumerable<T> rows, TextRows source, CancellationToken cancellation)
        where T : TaskRow
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(T));
        if (!source.ArePairs)
        {
            schema.Remove(schema[nameof(TaskRow.Pair)]);
        }

        if (!source.AreWeighted)
        {
            schema.Remove(schema[nameof(TaskRow.Weight)]);
        }

        return ml.Data.LoadFromEnumerable(rows.Select(Checked), schema);

        T Checked(T row)
        {
            cancellation.ThrowIfCancellationRequested();
            return row;
        }
    }
}
