using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>Real rows through Transform, against one prediction after the other.</summary>
internal static class TransformBenchmark
{
    public static TransformFigures Measure(Texts texts, ServingPrecision precision, int rows, int rounds)
    {
        MLContext ml = new(seed: 1);
        TextRow[] training = [.. texts.Sentences.Take(64).Select((text, index) => new TextRow { Text = text, Label = index % 2 == 0 })];
        AdaMixTransformer model = ml.BinaryClassification.Trainers.AdaMix(new AdaMixOptions { Epochs = 1, ServingPrecision = precision })
            .Fit(ml.Data.LoadFromEnumerable(training));
        TextRow[] test = [.. texts.Sentences.Skip(64).Take(rows).Select(text => new TextRow { Text = text })];
        IDataView view = ml.Data.LoadFromEnumerable(test);
        using PredictionEngine<TextRow, Prediction> engine = ml.Model.CreatePredictionEngine<TextRow, Prediction>(model);
        double[] seconds = Medians.Of(
            rounds,
            () => _ = model.Transform(view).GetColumn<float>("Probability").Count(),
            () => Array.ForEach(test, row => engine.Predict(row)));
        return new TransformFigures(precision.ToString(), rows, rows / seconds[0], rows / seconds[1], seconds[1] / seconds[0]);
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = string.Empty;

        public bool Label { get; set; }
    }

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }
}

/// <param name="Precision">Of the model.</param>
/// <param name="Rows">How many.</param>
/// <param name="TransformRowsPerSecond">Through Transform.</param>
/// <param name="EngineRowsPerSecond">One after the other.</param>
/// <param name="Ratio">The first over the second.</param>
internal sealed record TransformFigures(string Precision, int Rows, double TransformRowsPerSecond, double EngineRowsPerSecond,
    double Ratio);
