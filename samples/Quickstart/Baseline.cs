using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Quickstart;

/// <summary>
/// What ML.NET does without a pretrained encoder: n-grams of words and characters, and a linear model of maximum entropy.
/// </summary>
internal static class Baseline
{
    public static MulticlassClassificationMetrics TrainAndEvaluate(MLContext ml, IDataView train, IDataView test, bool pairs)
    {
        IEstimator<ITransformer> features = ml.Transforms.Text.FeaturizeText("Features", nameof(Row.Text));
        if (pairs)
        {
            features = ml.Transforms.Text.FeaturizeText("TextFeatures", nameof(Row.Text))
                .Append(ml.Transforms.Text.FeaturizeText("PairFeatures", nameof(Row.Pair)))
                .Append(ml.Transforms.Concatenate("Features", "TextFeatures", "PairFeatures"));
        }

        IDataView scored = ml.Transforms.Conversion
            .MapValueToKey(nameof(Row.Label), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(features)
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy())
            .Fit(train)
            .Transform(test);
        return ml.MulticlassClassification.Evaluate(scored);
    }
}
