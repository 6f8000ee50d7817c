using System.Numerics.Tensors;
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
    /// <param name="model">What was trained.</param>
    /// <param name="data">On what.</param>
    /// <param name="record">What is noted of it, with the temperature by which logits are divided; null for none.</param>
    public TrainedMixture Complete(TunedClassifier model, PreparedData data, Func<FittedTemperature?, TrainingRecord> record)
    {
        (FittedTemperature? temperature, float[]? thresholds) = data.Validation is { } validation ? Judge(validation) : (null, null);
        HeadWeights head = model.Head.ToHost();
        if (temperature is { Value: var divisor })
        {
            head = head.DividedBy((float)divisor); // of regressions there is none
        }

        TunedModel untuned = new(data.Encoder, EncoderEdits.None, data.Scaling?.Unscale(head) ?? head, data.Text);
        ServedModel plain = new(
            untuned, task, data.Labels, OutputSchema.Columns(options), thresholds, options.ServingPrecision, record(temperature));
        return new TrainedMixture(host, options.Method, model.Mixture, model.Tuning, plain, model.Encoder.Device);
    }

    // Thresholds are probabilities, so that the temperature comes first.
    private (FittedTemperature? Temperature, float[]? Thresholds) Judge(TrainingRows validation)
    {
        bool calibrates = options.CalibrateProbabilities && task != TextTask.Regression;
        if (!calibrates && task != TextTask.MultiLabel)
        {
            return (null, null);
        }

        float[] logits = evaluation.Score(validation.Ids); // [rows, outputs]
        FittedTemperature? temperature = calibrates ? Temperature.Fit(task, logits, validation) : null;
        if (temperature is { Value: var divisor })
        {
            TensorPrimitives.Divide(logits, (float)divisor, logits);
        }

        return (temperature, task == TextTask.MultiLabel ? Thresholds.Tune(logits, validation) : null);
    }
}
