using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Trainers;

/// <summary>Makes of a model that was trained what a user holds in hand: experts, head, columns and thresholds.</summary>
/// <param name="host">The mixture's host.</param>
/// <param name="options">Columns, serving precision.</param>
/// <param name="task">What the model says of a text.</param>
/// <param name="evaluation">Scores validation rows.</param>
internal sealed class MixtureCompletion(IHost host, AdaMixOptions options, TextTask task, Evaluation evaluation)
{
    /// <summary>The mixture, which owns the model's tuning from now on.</summary>
    public TrainedMixture Complete(TunedClassifier model, PreparedData data, TrainingRecord record)
    {
        float[]? thresholds = task == TextTask.MultiLabel && data.Validation is { } validation
            ? Thresholds.Tune(evaluation.Score(validation.Ids), validation)
            : null;
        HeadWeights head = model.Head.ToHost();
        TunedModel untuned = new(data.Encoder, EncoderEdits.None, data.Scaling?.Unscale(head) ?? head, data.Text);
        ServedModel plain = new(
            untuned, task, data.Labels, OutputSchema.Columns(options), thresholds, options.ServingPrecision, record);
        return new TrainedMixture(host, options.Method, model.Mixture, model.Tuning, plain, model.Encoder.Device);
    }
}
