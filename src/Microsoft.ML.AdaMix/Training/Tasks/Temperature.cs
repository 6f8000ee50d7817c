using Microsoft.ML.AdaMix.Metrics;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;

namespace Microsoft.ML.AdaMix.Training.Tasks;

/// <summary>Finds the number by which logits are divided, so that probabilities can be taken at their word.</summary>
internal static class Temperature
{
    /// <summary>The temperature with the smallest log loss on the rows, whose weights do not count.</summary>
    /// <param name="task">Multi-label, or a task of classes.</param>
    /// <param name="logits">[rows, outputs], row-major.</param>
    /// <param name="rows">Validation rows.</param>
    public static FittedTemperature Fit(TextTask task, float[] logits, TrainingRows rows)
    {
        if (task == TextTask.MultiLabel)
        {
            LabelPredictions labels = new(logits, rows.Targets);
            return Fitted(labels.FitTemperature(), labels.LogLoss);
        }

        ClassPredictions classes = new(logits, Array.ConvertAll(rows.Targets, target => (int)target));
        return Fitted(classes.FitTemperature(), classes.LogLoss);

        FittedTemperature Fitted(double temperature, Func<double, double> logLoss) =>
            new(temperature, rows.Count, logLoss(1), logLoss(temperature));
    }
}
