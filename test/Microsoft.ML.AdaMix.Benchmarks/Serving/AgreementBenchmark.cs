using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>
/// How often int8 and float32 predict the same label, and what int8 does to the accuracy, on whole test sets with models that were trained
/// for it.
/// </summary>
internal static class AgreementBenchmark
{
    /// <param name="data">A folder with labelled texts.</param>
    /// <param name="epochs">Of the training.</param>
    public static AgreementFigures Measure(DataSet data, int epochs)
    {
        MLContext ml = new(seed: 1);
        EstimatorChain<AdaMixTransformer> pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.AdaMix(new AdaMixOptions { Epochs = epochs }));
        TransformerChain<AdaMixTransformer> float32 = pipeline.Fit(ml.Data.LoadFromEnumerable(data.Training));
        IDataView test = ml.Data.LoadFromEnumerable(data.Test);
        (uint[] Predicted, double Accuracy) exact = Predict(ml, float32, test);
        (uint[] Predicted, double Accuracy) bytes = Predict(ml, float32.WithServingPrecision(ServingPrecision.Int8), test);
        double agreement = exact.Predicted.Zip(bytes.Predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
        return new AgreementFigures(data.Name, data.Test.Length, agreement, exact.Accuracy, bytes.Accuracy);
    }

    private static (uint[] Predicted, double Accuracy) Predict(MLContext ml, ITransformer model, IDataView test)
    {
        IDataView scored = model.Transform(test);
        return ([.. scored.GetColumn<uint>("PredictedLabel")], ml.MulticlassClassification.Evaluate(scored).MicroAccuracy);
    }
}

/// <param name="Data">Data set.</param>
/// <param name="TestRows">Rows that both predicted.</param>
/// <param name="Agreement">Share of equal labels.</param>
/// <param name="Float32Accuracy">Of the model in float32.</param>
/// <param name="Int8Accuracy">Of the same model in int8.</param>
internal sealed record AgreementFigures(string Data, int TestRows, double Agreement, double Float32Accuracy, double Int8Accuracy);
