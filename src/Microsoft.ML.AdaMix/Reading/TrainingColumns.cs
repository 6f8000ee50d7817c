using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Reading;

/// <summary>The columns of a view that training reads.</summary>
internal sealed record TrainingColumns(
    DataViewSchema.Column Text, DataViewSchema.Column? SecondText, DataViewSchema.Column Label, DataViewSchema.Column? Weight)
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type. The label's type is the task's affair.
    /// </exception>
    public static TrainingColumns Find(DataViewSchema schema, AdaMixOptions options) => new(
        FindColumn(schema, options.TextColumnName, "text", TextDataViewType.Instance),
        options.SecondTextColumnName is { } second ? FindColumn(schema, second, "text", TextDataViewType.Instance) : null,
        FindColumn(schema, options.LabelColumnName, "label", null),
        options.ExampleWeightColumnName is { } weight ? FindColumn(schema, weight, "weight", NumberDataViewType.Single) : null);

    public IEnumerable<DataViewSchema.Column> All => new[] { Text, SecondText, Label, Weight }.OfType<DataViewSchema.Column>();

    private static DataViewSchema.Column FindColumn(DataViewSchema schema, string name, string role, DataViewType? type)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw ColumnErrors.Missing(role, name, schema.Select(found => found.Name));
        return type is null || column.Type == type ? column : throw ColumnErrors.Mismatch(role, name, $"{type}", $"{column.Type}");
    }
}
