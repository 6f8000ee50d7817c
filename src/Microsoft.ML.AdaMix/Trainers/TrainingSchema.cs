using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Persistence;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Finds the columns a trainer reads and says what is wrong with them.</summary>
internal static class TrainingSchema
{
    // Beyond any classifier; a hash or an identifier was taken for a label.
    private const ulong MaxClasses = 1 << 20;

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role) => schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(nameof(schema), $"The {role} column '{name}' was not found; the columns are {string.Join(", ", schema.Select(column => column.Name))}.");

    public static DataViewSchema.Column Text(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name, "text");
        return column.Type is TextDataViewType ? column : throw Mismatch("text", name, "String", $"{column.Type}");
    }

    public static DataViewSchema.Column Weight(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name, "weight");
        return column.Type == NumberDataViewType.Single ? column : throw Mismatch("weight", name, "Single", $"{column.Type}");
    }

    public static DataViewSchema.Column Label(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name, "label");
        return column.Type is KeyDataViewType { Count: > 0 and <= MaxClasses } ? column : throw Mismatch("label", name, "a key with a known number of classes, as MapValueToKey gives", $"{column.Type}");
    }

    /// <summary>Checks a shape and adds the output columns, for pipelines that are put together before there is data.</summary>
    public static SchemaShape Output(SchemaShape input, AdaMixOptions options)
    {
        Dictionary<string, SchemaShape.Column> columns = new(StringComparer.Ordinal);
        foreach (SchemaShape.Column column in input)
        {
            columns[column.Name] = column;
        }

        SchemaShape.Column Find(string name, string role) => columns.TryGetValue(name, out SchemaShape.Column found)
            ? found
            : throw new ArgumentOutOfRangeException(nameof(input), $"The {role} column '{name}' was not found; the columns are {string.Join(", ", columns.Keys)}.");
        void Require(string name, string role, DataViewType type, string expected)
        {
            SchemaShape.Column column = Find(name, role);
            if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType != type || column.IsKey)
            {
                throw Mismatch(role, name, expected, $"{column.Kind} of {column.ItemType}");
            }
        }

        Require(options.TextColumnName, "text", TextDataViewType.Instance, "String");
        if (options.SecondTextColumnName is { } second)
        {
            Require(second, "text", TextDataViewType.Instance, "String");
        }

        if (options.ExampleWeightColumnName is { } weight)
        {
            Require(weight, "weight", NumberDataViewType.Single, "Single");
        }

        SchemaShape.Column label = Find(options.LabelColumnName, "label");
        if (!label.IsKey || label.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw Mismatch("label", label.Name, "a key, as MapValueToKey gives", $"{label.Kind} of {label.ItemType}");
        }

        IEnumerable<SchemaShape.Column> annotations = [.. HostInternals.ScoreAnnotations(label)];
        void Add(string? name, bool isVector, DataViewType type, bool isKey, IEnumerable<SchemaShape.Column>? notes)
        {
            if (name is not null)
            {
                columns[name] = HostInternals.Column(name, isVector, type, isKey, notes);
            }
        }

        Add(options.PredictedLabelColumnName, false, NumberDataViewType.UInt32, true, annotations.Concat(label.Annotations.Where(note => note.Name == AnnotationNames.KeyValues)));
        Add(options.ScoreColumnName, true, NumberDataViewType.Single, false, annotations);
        Add(options.LogitsColumnName, true, NumberDataViewType.Single, false, annotations);
        Add(options.EmbeddingColumnName, true, NumberDataViewType.Single, false, null);
        return new SchemaShape(columns.Values);
    }

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string found) =>
        new(nameof(name), $"Schema mismatch for {role} column '{name}': expected {expected}, found {found}.");
}
