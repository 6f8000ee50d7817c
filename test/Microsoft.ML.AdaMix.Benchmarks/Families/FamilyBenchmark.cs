using Microsoft.ML.AdaMix.Benchmarks.Serving;
using Microsoft.ML.AdaMix.Benchmarks.Training;
using Microsoft.ML.AdaMix.Methods;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Onnx;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Testing;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Benchmarks.Families;

/// <summary>Each family's training and its latency of one row, in turn with RoBERTa's of the same run.</summary>
internal static class FamilyBenchmark
{
    private const int BatchSize = 16;
    private const int Tokens = 32;

    public static IEnumerable<FamilyFigures> Measure(Texts texts, int rowsPerRound, int rounds)
    {
        LoadedEncoder roberta = BaseShapes.Create(BaseShapes.All[0].Name, BaseShapes.All[0].Config);
        foreach ((string name, string config) in BaseShapes.All.Skip(1))
        {
            LoadedEncoder encoder = BaseShapes.Create(name, config);
            using Trained ours = new(encoder, texts, rowsPerRound);
            using Trained theirs = new(roberta, texts, rowsPerRound);
            double[] training = Medians.Of(rounds, theirs.Train, ours.Train);
            TokenIds row = new([.. Enumerable.Range(0, Tokens).Select(token => 10 + (token % 100))], Tokens);
            float[] logits = new float[ServingModels.Outputs];
            IModelSession[] sessions = [.. ((LoadedEncoder[])[roberta, encoder]).SelectMany(each => ((ServingPrecision[])
                [ServingPrecision.Float32, ServingPrecision.Int8]).Select(
                    precision => ModelSessions.Open(ServingModels.WithAdapters(each), precision)))];
            double[] serving = Medians.OfShort(
                rounds * 4, [.. sessions.Select(session => (Action)(() => session.Score([row], logits, [])))]);
            Array.ForEach(sessions, session => session.Dispose());
            yield return new FamilyFigures(
                name, rowsPerRound / training[1], training[0] / training[1], serving[2] * 1e3, serving[2] / serving[0], serving[3] * 1e3,
                serving[3] / serving[1]);
        }
    }

    private sealed class Trained : IDisposable
    {
        private const int Classes = 2;
        private readonly Generator _generator = new(1);
        private readonly TunedClassifier _model;
        private readonly TrainingRows _rows;
        private readonly TrainingSettings _settings = new(
            1, BatchSize, Seed: 1, new OptimizerSettings(5e-4, 0, 1, new AdamWSettings(0.9, 0.98, 1e-8, 0.1)), new DropoutRates(0.1, 0.1));

        public Trained(LoadedEncoder encoder, Texts texts, int rows)
        {
            TokenIds[] ids = texts.Encode(Encoders.Mini(), rows);
            _rows = new(TokenTables.Create(ids), [.. Enumerable.Range(0, rows).Select(row => (float)(row % Classes))], null);
            ITuningModule tuning = new AdapterTuning().Create(new MethodContext(encoder, 4, ExpertSharing.Up, _generator, CPU));
            _model = new(
                new FrozenEncoder(encoder, CPU, MachinePrecision.Choose(TrainingPrecision.Auto, CPU)), tuning,
                new ClassificationHead(encoder, Classes, 0.1, _generator, CPU), new MixtureOptions());
        }

        public void Train() => TrainingBenchmark.Train(_model, _settings, _rows);

        public void Dispose()
        {
            _model.Dispose();
            _generator.Dispose();
        }
    }
}

/// <param name="Family">In the shape of its base model.</param>
/// <param name="RowsPerSecond">Of AdaMix's training, batch 16.</param>
/// <param name="TrainingRatio">That over RoBERTa's: more is faster.</param>
/// <param name="Milliseconds">Of one row of 32 tokens, float32.</param>
/// <param name="Ratio">That over RoBERTa's: less is faster.</param>
/// <param name="Int8Milliseconds">Likewise in int8.</param>
/// <param name="Int8Ratio">Likewise.</param>
internal sealed record FamilyFigures(
    string Family, double RowsPerSecond, double TrainingRatio, double Milliseconds, double Ratio, double Int8Milliseconds,
    double Int8Ratio);
