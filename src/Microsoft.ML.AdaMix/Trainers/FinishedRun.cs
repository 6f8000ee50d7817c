using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>What a training came to that others may follow.</summary>
/// <param name="Mixture">The model; to be disposed.</param>
/// <param name="Words">The words of the classes at a template's mask; null without a template.</param>
/// <param name="Text">How text becomes ids.</param>
/// <param name="Guesses">What it says of the rows without a label; null where there are none, or the training was cut.</param>
/// <param name="Trained">How long it took, how good it is, and whether it came to its end.</param>
internal sealed record FinishedRun(
    TrainedMixture Mixture, ClassWords? Words, TextInput Text, Guesses? Guesses, TrainedEpochs Trained)
{
    /// <summary>What the model reaches on the validation rows; null without.</summary>
    public EvaluationResult? Validation =>
        Trained.Kept is { ValidationMetric: { } metric, ValidationLoss: { } loss } ? new EvaluationResult(metric, loss) : null;
}
