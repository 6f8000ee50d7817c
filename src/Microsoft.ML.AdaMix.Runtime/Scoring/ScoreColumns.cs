using Microsoft.ML.AdaMix.Hosting;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>
/// The output columns of each task, typed and annotated as ML.NET's own trainers have them; what a trainer promises is made from them too.
/// </summary>
internal static class ScoreColumns
{
    /// <summary>ML.NET's name of the task in annotations; it has none for multi-label classification.</summary>
    public static string KindOf(TextTask task) => task switch
    {
        TextTask.Binary => "BinaryClassification",
        TextTask.Regression => "Regression",
        TextTask.MultiLabel => "MultiLabelClassification",
        _ => "MulticlassClassification",
    };

    /// <summary>The columns that a model adds.</summary>
    public static IReadOnlyList<ScoreColumn> Create(ServedModel model) =>
        Create(model.Task, model.Labels, model.Columns, model.Tuned.Encoder.Config.HiddenSize, model.Thresholds);

    /// <summary>The shape of the columns that a model will add once it is trained.</summary>
    /// <param name="task">What it will say of a text.</param>
    /// <param name="labels">Labels with the type of values that it will have; how many and which is not part of a shape.</param>
    /// <param name="names">What it will read and write.</param>
    public static SchemaShape Promise(TextTask task, LabelKeys labels, ScoringColumns names)
    {
        DataViewSchema.Builder builder = new();
        foreach (ScoreColumn column in Create(task, labels, names, hiddenSize: 1, thresholds: null))
        {
            column.AddTo(builder, set: 1, KindOf(task));
        }

        return HostInternals.Shape(builder.ToSchema());
    }

    private static List<ScoreColumn> Create(TextTask task, LabelKeys labels, ScoringColumns names, int hiddenSize, float[]? thresholds)
    {
        List<ScoreColumn> columns = [.. task switch
        {
            TextTask.Binary => Binary(names),
            TextTask.Regression => Regression(names),
            TextTask.MultiLabel => MultiLabel(names, labels, thresholds),
            _ => Multiclass(names, labels),
        }];
        if (names.Logits is { } logits)
        {
            columns.Add(Named(logits, NumberDataViewType.Single, "Logits", row => row.Logits, labels));
        }

        if (names.Embedding is { } embedding)
        {
            columns.Add(ScoreColumn.Vector(embedding, NumberDataViewType.Single, hiddenSize, null, row => row.Embedding) with {
                IsEmbedding = true });
        }

        return columns;
    }

    private static ScoreColumn[] Multiclass(ScoringColumns names, LabelKeys labels) =>
    [
        ScoreColumn.Scalar(
            names.PredictedLabel, new KeyDataViewType(typeof(uint), labels.Count), "PredictedLabel",
            row => (uint)row.Largest + 1, annotations => labels.Annotate(annotations, AnnotationNames.KeyValues)), // keys count from 1
        Named(names.Score, NumberDataViewType.Single, "Score", row => row.Softmax(), labels),
    ];

    private static ScoreColumn[] Binary(ScoringColumns names) =>
    [
        ScoreColumn.Scalar(names.PredictedLabel, BooleanDataViewType.Instance, "PredictedLabel", row => row.LogOdds > 0),
        ScoreColumn.Scalar(names.Score, NumberDataViewType.Single, "Score", row => row.LogOdds),
        ScoreColumn.Scalar(names.Probability, NumberDataViewType.Single, "Probability", row => RowScores.Sigmoid(row.LogOdds)),
    ];

    private static ScoreColumn[] Regression(ScoringColumns names) =>
    [
        ScoreColumn.Scalar(names.Score, NumberDataViewType.Single, "Score", row => row.Logits[0]),
    ];

    private static ScoreColumn[] MultiLabel(ScoringColumns names, LabelKeys labels, float[]? thresholds)
    {
        float[] least = thresholds ?? [.. Enumerable.Repeat(0.5f, labels.Count)];
        return
        [
            Named(
                names.PredictedLabel, BooleanDataViewType.Instance, "PredictedLabel",
                row => row.Sigmoid().Select((probability, label) => probability >= least[label]).ToArray(), labels),
            Named(names.Score, NumberDataViewType.Single, "Score", row => row.Sigmoid(), labels),
        ];
    }

    // A vector with a slot for each label. ML.NET's evaluators take the names of classes from the slots, so values of any type name them.
    private static ScoreColumn Named<T>(
        string name, PrimitiveDataViewType itemType, string valueKind, Func<RowScores, T[]> values, LabelKeys labels) =>
        ScoreColumn.Vector(name, itemType, labels.Count, valueKind, values, annotations =>
        {
            if (labels.Names is { } names)
            {
                annotations.Add(
                    AnnotationNames.SlotNames,
                    new VectorDataViewType(TextDataViewType.Instance, names.Length),
                    (ref VBuffer<ReadOnlyMemory<char>> slots) =>
                        slots = new VBuffer<ReadOnlyMemory<char>>(names.Length, Array.ConvertAll(names, label => label.AsMemory())));
                labels.Annotate(annotations, AnnotationNames.TrainingLabelValues);
            }
        });
}
