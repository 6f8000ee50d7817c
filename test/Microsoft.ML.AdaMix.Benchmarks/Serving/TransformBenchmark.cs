using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Benchmarks.Serving;

/// <summary>
/// Real rows through Transform, against what others do with a view: padded batches of 32 in the view's order, in ONNX Runtime on the
/// exported graph and in libtorch, and one prediction after the other.
/// </summary>
internal static class TransformBenchmark
{
    private const int BatchSize = 32;

    public static TransformFigures Measure(LoadedEncoder encoder, Texts texts, int rows, int rounds)
    {
        TokenIds[][] batches = [.. texts.Encode(encoder, rows).Chunk(BatchSize)];
        TunedModel plain = ServingModels.Plain(encoder);
        using Yardstick yardstick = new(plain);
        using (IModelSession own = ModelSessions.Open(plain))
        {
            yardstick.Check(own, batches[0]);
        }

        MLContext ml = new(seed: 1);
        TunedModel merged = ServingModels.WithAdapters(encoder);
        using AdaMixTransformer float32 = Transformer(ml, merged, ServingPrecision.Float32);
        using AdaMixTransformer int8 = float32.WithServingPrecision(ServingPrecision.Int8);
        using PredictionEngine<TextRow, Prediction> float32Engine = ml.Model.CreatePredictionEngine<TextRow, Prediction>(float32);
        using PredictionEngine<TextRow, Prediction> int8Engine = ml.Model.CreatePredictionEngine<TextRow, Prediction>(int8);
        using LibTorchModel torch = new(encoder);
        TextRow[] test = [.. texts.Sentences.Take(rows).Select(text => new TextRow { Text = text })];
        IDataView view = ml.Data.LoadFromEnumerable(test);
        double[] seconds = Medians.OfApart(
            rounds,
            () => Array.ForEach(batches, batch => yardstick.Score(batch)),
            () => Array.ForEach(batches, batch => torch.Score(batch)),
            () => Array.ForEach(test, row => float32Engine.Predict(row)),
            () => _ = float32.Transform(view).GetColumn<float>("Probability").Count(),
            () => Array.ForEach(test, row => int8Engine.Predict(row)),
            () => _ = int8.Transform(view).GetColumn<float>("Probability").Count());
        double[] rates = Array.ConvertAll(seconds, value => rows / value);
        return new TransformFigures(
            encoder.Name, rows, batches.Sum(batch => batch.Sum(row => row.Length)) / (double)rows,
            batches.Sum(batch => batch.Length * batch.Max(row => row.Length)) / (double)rows, rates[0], rates[1],
            new ViewFigures(rates[2], rates[3], rates[3] / rates[0]), new ViewFigures(rates[4], rates[5], rates[5] / rates[0]));
    }

    private static AdaMixTransformer Transformer(MLContext ml, TunedModel model, ServingPrecision precision) => new(
        ml, new ServedModel(
            model, TextTask.Binary, LabelKeys.Numbered(ServingModels.Outputs),
            new ScoringColumns(nameof(TextRow.Text), null, "PredictedLabel", "Score", nameof(Prediction.Probability), null, null),
            Precision: precision));

    private sealed class TextRow
    {
        public string Text { get; set; } = string.Empty;
    }

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }
}

/// <param name="Encoder">What scores.</param>
/// <param name="Rows">How many.</param>
/// <param name="TokensPerRow">Without padding.</param>
/// <param name="PaddedTokensPerRow">In the yardstick's batches.</param>
/// <param name="YardstickRowsPerSecond">Of ONNX Runtime on the exported graph with default settings, padded batches.</param>
/// <param name="LibTorchRowsPerSecond">Of the training side's merged model, float32, the same batches.</param>
/// <param name="Float32">Of the merged model.</param>
/// <param name="Int8">Of the merged model.</param>
internal sealed record TransformFigures(
    string Encoder, int Rows, double TokensPerRow, double PaddedTokensPerRow, double YardstickRowsPerSecond,
    double LibTorchRowsPerSecond, ViewFigures Float32, ViewFigures Int8);

/// <param name="EngineRowsPerSecond">One after the other.</param>
/// <param name="TransformRowsPerSecond">Through Transform.</param>
/// <param name="Ratio">That over the yardstick's.</param>
internal sealed record ViewFigures(double EngineRowsPerSecond, double TransformRowsPerSecond, double Ratio);
