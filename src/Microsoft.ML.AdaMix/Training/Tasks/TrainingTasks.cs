using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>How each task is learned.</summary>
internal static class TrainingTasks
{
    /// <param name="task">What the model says of a text.</param>
    /// <param name="labels">Classes, or labels; 1 for regression.</param>
    /// <param name="labelSmoothing">Share of each target that is spread.</param>
    /// <param name="labelWeights">Multi-label classification: how much each label counts; otherwise null.</param>
    public static ITrainingTask Create(TextTask task, int labels, double labelSmoothing, float[]? labelWeights) => task switch
    {
        TextTask.Regression => new RegressionTask(),
        TextTask.MultiLabel => new MultiLabelTask(labels, labelSmoothing, labelWeights),
        _ => new ClassificationTask(labels, labelSmoothing),
    };
}
