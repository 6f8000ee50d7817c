using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>The output columns behind a given input schema.</summary>
internal sealed class ScoreSchema
{
    private readonly IReadOnlyList<ScoreColumn> _columns;

    public ScoreSchema(DataViewSchema input, ServedModel model)
    {
        Input = input;
        Text = TextColumn(input, model.Columns.Text);
        SecondText = model.Columns.SecondText is null ? null : TextColumn(input, model.Columns.SecondText);
        _columns = ScoreColumns.Create(model);
        uint set = NextScoreSet(input);
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        foreach (ScoreColumn column in _columns)
        {
            column.AddTo(builder, set, ScoreColumns.KindOf(model.Task));
        }

        Output = builder.ToSchema();
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public DataViewSchema.Column Text { get; }

    public DataViewSchema.Column? SecondText { get; }

    public IEnumerable<DataViewSchema.Column> TextColumns => SecondText is { } second ? [Text, second] : [Text];

    public bool IsInput(int column) => column < Input.Count;

    /// <summary>Whether one of the columns is the encoder's output.</summary>
    public bool WantsEmbedding(HashSet<int> active) => active.Any(column => !IsInput(column) && _columns[column - Input.Count].IsEmbedding);

    /// <summary>A getter for one of the output columns over whatever row is current.</summary>
    /// <exception cref="InvalidOperationException">The column is not among the active ones, or is of another type.</exception>
    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, HashSet<int> active, Func<RowScores> current) =>
        !active.Contains(column.Index)
            ? throw new InvalidOperationException(
                $"Column '{column.Name}' was not asked for when the rows were opened; name it among the columns needed.")
            : _columns[column.Index - Input.Count].CreateGetter(current) as ValueGetter<TValue>
                ?? throw new InvalidOperationException(
                    $"Column '{column.Name}' is of type {column.Type}; it cannot be read as {typeof(TValue).Name}.");

    private static DataViewSchema.Column TextColumn(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(
                nameof(schema),
                $"Text column '{name}' was not found; the columns are {string.Join(", ", schema.Select(found => found.Name))}.");
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(
                nameof(schema), $"Schema mismatch for text column '{name}': expected {TextDataViewType.Instance}, found {column.Type}.");
    }

    private static uint NextScoreSet(DataViewSchema schema)
    {
        uint last = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationNames.ScoreColumnSetId)?.Type is KeyDataViewType key
                && key.RawType == typeof(uint))
            {
                uint id = 0;
                column.Annotations.GetValue(AnnotationNames.ScoreColumnSetId, ref id);
                last = Math.Max(last, id);
            }
        }

        return last + 1;
    }
}
