using Microsoft.ML.AdaMix.Reading;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>What a task's outputs mean to training: its losses and its metric.</summary>
internal interface ITrainingTask
{
    /// <summary>Outputs of the head.</summary>
    int Outputs { get; }

    /// <summary>What validation calls the metric, higher is better: "accuracy", "R²", "micro-F1".</summary>
    string Metric { get; }

    /// <summary>Whether the consistency term has a gradient: without one a second pass would teach nothing, and there is none.</summary>
    bool LearnsFromConsistency => true;

    /// <summary>The supervised loss of each row, [B].</summary>
    /// <param name="logits">[B, outputs].</param>
    /// <param name="targets">float32 [B, width].</param>
    Tensor Losses(Tensor logits, Tensor targets);

    /// <summary>The consistency term of each row: how far two passes are apart, [B].</summary>
    /// <param name="logits1">[B, outputs].</param>
    /// <param name="logits2">[B, outputs].</param>
    Tensor Consistency(Tensor logits1, Tensor logits2);

    /// <summary>Metric and mean loss of predictions.</summary>
    /// <param name="logits">[rows, outputs], row-major.</param>
    /// <param name="rows">The rows with their targets.</param>
    EvaluationResult Evaluate(float[] logits, TrainingRows rows);
}
