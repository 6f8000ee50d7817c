using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>The output columns of each task, typed and annotated as ML.NET's own trainers have them.</summary>
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

    public static IReadOnlyList<ScoreColumn> Of(ServedModel model)
    {
        List<ScoreColumn> columns = [.. model.Task switch
        {
            TextTask.Binary => Binary(model),
            TextTask.Regression => Regression(model),
            TextTask.MultiLabel => MultiLabel(model),
            _ => Multiclass(model),
        }];
        if (model.Columns.Logits is { } logits)
        {
            columns.Add(ScoreColumn.Vector(logits, NumberDataViewType.Single, model.Tuned.Head.Outputs, "Logits", row => row.Logits, annotations => NameSlots(annotations, model.Labels)));
        }

        if (model.Columns.Embedding is { } embedding)
        {
            columns.Add(ScoreColumn.Vector(embedding, NumberDataViewType.Single, model.Tuned.Encoder.Config.HiddenSize, null, row => row.Embedding) with { IsEmbedding = true });
        }

        return columns;
    }

    private static IEnumerable<ScoreColumn> Multiclass(ServedModel model) =>
    [
        ScoreColumn.Scalar(
            model.Columns.PredictedLabel, new KeyDataViewType(typeof(uint), model.Labels.Count), "PredictedLabel",
            row => (uint)row.Largest + 1, annotations => model.Labels.Annotate(annotations, AnnotationNames.KeyValues)), // keys count from 1
        ScoreColumn.Vector(model.Columns.Score, NumberDataViewType.Single, model.Labels.Count, "Score", row => row.Softmax(), annotations => NameSlots(annotations, model.Labels)),
    ];

    private static IEnumerable<ScoreColumn> Binary(ServedModel model) =>
    [
        ScoreColumn.Scalar(model.Columns.PredictedLabel, BooleanDataViewType.Instance, "PredictedLabel", row => row.LogOdds > 0),
        ScoreColumn.Scalar(model.Columns.Score, NumberDataViewType.Single, "Score", row => row.LogOdds),
        ScoreColumn.Scalar(model.Columns.Probability, NumberDataViewType.Single, "Probability", row => RowScores.Sigmoid(row.LogOdds)),
    ];

    private static IEnumerable<ScoreColumn> Regression(ServedModel model) =>
    [
        ScoreColumn.Scalar(model.Columns.Score, NumberDataViewType.Single, "Score", row => row.Logits[0]),
    ];

    private static IEnumerable<ScoreColumn> MultiLabel(ServedModel model)
    {
        float[] thresholds = model.Thresholds ?? [.. Enumerable.Repeat(0.5f, model.Labels.Count)];
        return
        [
            ScoreColumn.Vector(
                model.Columns.PredictedLabel, BooleanDataViewType.Instance, model.Labels.Count, "PredictedLabel",
                row => row.Sigmoid().Select((probability, label) => probability >= thresholds[label]).ToArray(), annotations => NameSlots(annotations, model.Labels)),
            ScoreColumn.Vector(model.Columns.Score, NumberDataViewType.Single, model.Labels.Count, "Score", row => row.Sigmoid(), annotations => NameSlots(annotations, model.Labels)),
        ];
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
}
