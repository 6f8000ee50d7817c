using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.Data;
using Column = Microsoft.ML.SchemaShape.Column;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Checks the shape of the input and adds the output columns, for pipelines that are put together before there is data.</summary>
internal static class OutputSchema
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static SchemaShape Of(SchemaShape input, AdaMixOptions options, TextTask task)
    {
        Dictionary<string, Column> columns = new(StringComparer.Ordinal);
        foreach (Column column in input)
        {
            columns[column.Name] = column;
        }

        Column Find(string name, string role) => columns.TryGetValue(name, out Column found) ? found : throw ColumnErrors.Missing(role, name, columns.Keys);
        void RequireScalar(string? name, string role, DataViewType type)
        {
            if (name is not null && Find(name, role) is var column && (column.Kind != Column.VectorKind.Scalar || column.ItemType != type || column.IsKey))
            {
                throw ColumnErrors.Mismatch(role, name, $"{type}", Describe(column));
            }
        }

        RequireScalar(options.TextColumnName, "text", TextDataViewType.Instance);
        RequireScalar(options.SecondTextColumnName, "text", TextDataViewType.Instance);
        RequireScalar(options.ExampleWeightColumnName, "weight", NumberDataViewType.Single);
        Column label = Find(options.LabelColumnName, "label");
        CheckLabel(label, task);
        foreach (Column column in Outputs(label, options, task))
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
            TextTask.MultiLabel => (!scalar && (label.IsKey || label.ItemType is BooleanDataViewType || label.ItemType == NumberDataViewType.Single), "a vector of Boolean, of Single, or of keys"),
            _ => (scalar && label.IsKey, "a key, as MapValueToKey gives"),
        };
        if (!valid)
        {
            throw ColumnErrors.Mismatch("label", label.Name, expected, Describe(label));
        }
    }

    private static List<Column> Outputs(Column label, AdaMixOptions options, TextTask task)
    {
        Column[] classes = [.. HostInternals.ScoreAnnotations(label)];
        Column[] plain = [.. HostInternals.TrainerAnnotations()];
        Column Scalar(string name, DataViewType type, bool isKey = false, IEnumerable<Column>? annotations = null) => HostInternals.Column(name, false, type, isKey, annotations ?? plain);
        Column Vector(string name, DataViewType type, IEnumerable<Column>? annotations = null) => HostInternals.Column(name, true, type, false, annotations ?? plain);
        List<Column> outputs = [.. task switch
        {
            TextTask.Binary => (Column[])[
                Scalar(options.PredictedLabelColumnName, BooleanDataViewType.Instance), Scalar(options.ScoreColumnName, NumberDataViewType.Single), Scalar(options.ProbabilityColumnName, NumberDataViewType.Single)],
            TextTask.Regression => [Scalar(options.ScoreColumnName, NumberDataViewType.Single)],
            TextTask.MultiLabel => [Vector(options.PredictedLabelColumnName, BooleanDataViewType.Instance), Vector(options.ScoreColumnName, NumberDataViewType.Single)],
            _ => [
                Scalar(options.PredictedLabelColumnName, NumberDataViewType.UInt32, isKey: true, classes.Concat(label.Annotations.Where(note => note.Name == AnnotationNames.KeyValues))),
                Vector(options.ScoreColumnName, NumberDataViewType.Single, classes)],
        }];
        if (options.LogitsColumnName is { } logits)
        {
            outputs.Add(Vector(logits, NumberDataViewType.Single, task == TextTask.Multiclass ? classes : plain));
        }

        if (options.EmbeddingColumnName is { } embedding)
        {
            outputs.Add(HostInternals.Column(embedding, true, NumberDataViewType.Single, false));
        }

        return outputs;
    }

    private static string Describe(Column column) =>
        $"{(column.Kind == Column.VectorKind.Scalar ? string.Empty : "a vector of ")}{(column.IsKey ? "keys of " : string.Empty)}{column.ItemType}";
}
