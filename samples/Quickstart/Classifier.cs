using Microsoft.ML;
using Microsoft.ML.AdaMix;
using Microsoft.ML.Transforms;

namespace Quickstart;

/// <summary>The pipeline: label to key, the AdaMix trainer, predicted key back to the label.</summary>
internal static class Classifier
{
    public static ITransformer Train(
        MLContext ml, IDataView train, Arguments arguments, PretrainedEncoder encoder, IProgress<TrainingProgress> progress,
        CancellationToken cancellation) =>
        ml.Transforms.Conversion.MapValueToKey(nameof(Row.Label), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.MulticlassClassification.Trainers.AdaMix(
                new AdaMixOptions
                {
                    LabelColumnName = nameof(Row.Label),
                    TextColumnName = nameof(Row.Text),
                    SecondTextColumnName = arguments.Pair is null ? null : nameof(Row.Pair),
                    Encoder = encoder,
                    Epochs = arguments.Epochs,
                    BatchSize = arguments.BatchSize,
                    LearningRate = arguments.LearningRate,
                    Seed = arguments.Seed,
                },
                progress: progress,
                cancellationToken: cancellation))
            .Append(ml.Transforms.Conversion.MapKeyToValue(nameof(Prediction.PredictedLabel)))
            .Fit(train);
}
