using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Scoring;
using Microsoft.ML.Data;
using Column = Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Checks the shape of the input and adds the output columns, for pipelines that are put together before there is data.</summary>
internal static class OutputSchema
{
    /// <summary>The columns that the options name.</summary>
    public static ScoringColumns Columns(AdaMixOptions options) => new(
        options.TextColumnName, options.SecondTextColumnName, options.PredictedLabelColumnName, options.ScoreColumnName,
        options.ProbabilityColumnName,
        options.LogitsColumnName, options.EmbeddingColumnName);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static SchemaShape Create(SchemaShape input, AdaMixOptions options, TextTask task)
    {
        Dictionary<string, Column> columns = new(StringComparer.Ordinal);
        foreach (Column column in input)
        {
            columns[column.Name] = column;
        }

        Column Find(string name, string role) =>
            columns.TryGetValue(name, out Column found) ? found : throw ColumnErrors.Missing(role, name, columns.Keys);
        void RequireScalar(string? name, string role, DataViewType type)
        {
            if (name is not null && Find(name, role) is var column
                && (column.Kind != Column.VectorKind.Scalar || column.ItemType != type || column.IsKey))
            {
                throw ColumnErrors.Mismatch(role, name, $"{type}", Describe(column));
            }
        }

        RequireScalar(options.TextColumnName, "text", TextDataViewType.Instance);
        RequireScalar(options.SecondTextColumnName, "text", TextDataViewType.Instance);
        RequireScalar(options.ExampleWeightColumnName, "weight", NumberDataViewType.Single);
        Column label = Find(options.LabelColumnName, "label");
        CheckLabel(label, task);
        foreach (Column column in ScoreColumns.Promise(task, Labels(label, task), Columns(options)))
        {
            columns[column.Name] = column;
        }

        return new SchemaShape(columns.Values);
    }

    private static void CheckLabel(Column label, TextTask task)
    {
        bool scalar = label.Kind == Column.VectorKind.Scalar;
        (bool valid, string expected) = task switch
        {
            TextTask.Binary => (scalar && label.ItemType is BooleanDataViewType, "Boolean"),
            TextTask.Regression => (scalar && label.ItemType == NumberDataViewType.Single && !label.IsKey, "Single"),
            TextTask.MultiLabel => (
                !scalar && (label.IsKey || label.ItemType is BooleanDataViewType || label.ItemType == NumberDataViewType.Single),
                "a vector of Boolean, of Single (Conversion.ConvertType makes it of other numbers), or of keys (Conversion.MapValueToKey "
                + "makes them of other values)"),
            _ => (scalar && label.IsKey, "a key, as MapValueToKey gives"),
        };
        if (!valid)
        {
            throw ColumnErrors.Mismatch("label", label.Name, expected, Describe(label));
        }
    }

    // Multiclass and multi-label outputs are named by the label's key values, or by a vector's slots.
    private static LabelKeys Labels(Column label, TextTask task)
    {
        string names = label.IsKey ? AnnotationNames.KeyValues : AnnotationNames.SlotNames;
        return LabelKeys.Sample(task is TextTask.Multiclass or TextTask.MultiLabel
            ? label.Annotations.Where(note => note.Name == names && note.Kind == Column.VectorKind.Vector).Select(note => note.ItemType)
            .FirstOrDefault()
            : null);
    }

    private static string Describe(Column column) =>
        $"{(column.Kind == Column.VectorKind.Scalar ? string.Empty : "a vector of ")}"
        + $"{(column.IsKey ? "keys of " : string.Empty)}{column.ItemType}";
}
