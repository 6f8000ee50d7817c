using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tool.Tasks;

/// <summary>Finds the task: from the command line and training rows, or from a model.</summary>
internal static class LabelledTasks
{
    /// <summary>The task of training rows.</summary>
    /// <param name="name">One of <see cref="TaskNames"/>.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="positive">The positive class of binary classification where it is named.</param>
    /// <param name="separator">Between the labels of a row.</param>
    /// <exception cref="InvalidDataException">The labels do not fit the task.</exception>
    public static LabelledTask Create(string name, TextRows rows, string? positive, string separator) => name switch
    {
        TaskNames.Binary => BinaryTask.From(rows, positive),
        TaskNames.Regression => new RegressionTask(),
        TaskNames.MultiLabel => MultiLabelTask.From(rows, separator),
        _ => new MulticlassTask(ClassLabels.Of(rows)),
    };

    /// <summary>The task of a model, by the columns that it adds.</summary>
    /// <param name="output">Schema of the model's output.</param>
    /// <param name="separator">Between the labels of a row.</param>
    /// <returns>Null where the columns are those of none.</returns>
    public static LabelledTask? FromSchema(DataViewSchema output, string separator)
    {
        DataViewType? score = output.GetColumnOrNull("Score")?.Type;
        DataViewType? predicted = output.GetColumnOrNull("PredictedLabel")?.Type;
        return (score, predicted) switch
        {
            (VectorDataViewType, VectorDataViewType { ItemType: BooleanDataViewType }) =>
                ScoreReading.SlotNames(output, "Score") is { } labels ? new MultiLabelTask(labels, separator) : null,
            (VectorDataViewType, _) => ScoreReading.SlotNames(output, "Score") is { } classes ? new MulticlassTask(classes) : null,
            (NumberDataViewType, BooleanDataViewType) => ScoreReading.KeyValues(output, BinaryTask.NamesColumn) is { } names
                ? new BinaryTask(names[0], names[1..])
                : new BinaryTask("true", ["false"]),
            (NumberDataViewType, null) => new RegressionTask(),
            _ => null,
        };
    }
}
