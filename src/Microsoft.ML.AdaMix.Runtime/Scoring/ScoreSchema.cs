using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>The output columns behind a given input schema, annotated as ML.NET's multiclass trainers do.</summary>
internal sealed class ScoreSchema
{
    private const string ScoreKind = "MulticlassClassification";

    public ScoreSchema(DataViewSchema input, ClassificationModel model)
    {
        Input = input;
        ScoringColumns columns = model.Columns;
        Text = TextColumn(input, columns.Text);
        SecondText = columns.SecondText is null ? null : TextColumn(input, columns.SecondText);

        int classes = model.Labels.Count;
        uint setId = NextScoreSet(input);
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        PredictedLabel = Add(builder, columns.PredictedLabel, new KeyDataViewType(typeof(uint), classes), setId, "PredictedLabel", annotations =>
            model.Labels.Annotate(annotations, AnnotationNames.KeyValues));
        Score = Add(builder, columns.Score, new VectorDataViewType(NumberDataViewType.Single, classes), setId, "Score", annotations => NameSlots(annotations, model.Labels));
        Logits = columns.Logits is null ? -1
            : Add(builder, columns.Logits, new VectorDataViewType(NumberDataViewType.Single, classes), setId, "Logits", annotations => NameSlots(annotations, model.Labels));
        Embedding = -1;
        if (columns.Embedding is not null)
        {
            Embedding = Logits < 0 ? Score + 1 : Logits + 1;
            builder.AddColumn(columns.Embedding, new VectorDataViewType(NumberDataViewType.Single, model.Merged.Encoder.Config.HiddenSize));
        }

        Output = builder.ToSchema();

        int Add(DataViewSchema.Builder schema, string name, DataViewType type, uint set, string valueKind, Action<DataViewSchema.Annotations.Builder> annotate)
        {
            DataViewSchema.Annotations.Builder annotations = new();
            annotate(annotations);
            annotations.Add(AnnotationNames.ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = set);
            annotations.Add(AnnotationNames.ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = ScoreKind.AsMemory());
            annotations.Add(AnnotationNames.ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = valueKind.AsMemory());
            schema.AddColumn(name, type, annotations.ToAnnotations());
            return input.Count + (name == columns.PredictedLabel ? 0 : name == columns.Score ? 1 : 2);
        }
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Output { get; }

    public DataViewSchema.Column Text { get; }

    public DataViewSchema.Column? SecondText { get; }

    /// <summary>Index in <see cref="Output"/>.</summary>
    public int PredictedLabel { get; }

    /// <summary>Index in <see cref="Output"/>.</summary>
    public int Score { get; }

    /// <summary>Index in <see cref="Output"/>, -1 if there is none.</summary>
    public int Logits { get; }

    /// <summary>Index in <see cref="Output"/>, -1 if there is none.</summary>
    public int Embedding { get; }

    public IEnumerable<DataViewSchema.Column> TextColumns => SecondText is { } second ? [Text, second] : [Text];

    public bool IsInput(int column) => column < Input.Count;

    private static DataViewSchema.Column TextColumn(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(nameof(schema), $"Text column '{name}' was not found; the columns are {string.Join(", ", schema.Select(found => found.Name))}.");
        return column.Type is TextDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"Schema mismatch for text column '{name}': expected {TextDataViewType.Instance}, found {column.Type}.");
    }

    private static void NameSlots(DataViewSchema.Annotations.Builder annotations, LabelKeys labels)
    {
        if (labels.Names is { } names)
        {
            annotations.AddSlotNames(names.Length, (ref VBuffer<ReadOnlyMemory<char>> slots) =>
                slots = new VBuffer<ReadOnlyMemory<char>>(names.Length, Array.ConvertAll(names, name => name.AsMemory())));
            labels.Annotate(annotations, AnnotationNames.TrainingLabelValues);
        }
    }

    private static uint NextScoreSet(DataViewSchema schema)
    {
        uint last = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationNames.ScoreColumnSetId)?.Type is KeyDataViewType key && key.RawType == typeof(uint))
            {
                uint id = 0;
                column.Annotations.GetValue(AnnotationNames.ScoreColumnSetId, ref id);
                last = Math.Max(last, id);
            }
        }

        return last + 1;
    }
}
