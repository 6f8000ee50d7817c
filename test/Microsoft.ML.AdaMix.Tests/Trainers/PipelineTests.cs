using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

[TestClass]
public sealed class PipelineTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_short_training_learns_and_its_saved_model_predicts_the_same()
    {
        MLContext ml = new(seed: 1);
        AdaMixOptions options = Rows.Quick() with { Epochs = 2, LogitsColumnName = "Logits", EmbeddingColumnName = "Embedding" };
        List<TrainingProgress> reports = [];
        options = options with { ValidationFraction = 0.1 };
        IDataView train = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 96, "animal", "food", "person", "location"));
        IDataView test = ml.Data.LoadFromEnumerable(Rows.Topics("test.tsv", 32, "animal", "food", "person", "location"));
        ITransformer model = Rows.Pipeline(ml, options, progress: new ProgressRecorder(reports)).Fit(train);
        IDataView scored = model.Transform(test);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        TestContext.WriteLine($"accuracy {metrics.MicroAccuracy:f3}, {reports[^1].RowsPerSecond:f1} rows/s");
        Assert.IsGreaterThan(0.6, metrics.MicroAccuracy);
        Assert.AreEqual(2, reports.Count(report => report is { EpochEnded: true, ValidationMetric: not null }));
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].Annotations.GetValue("SlotNames", ref slots);
        CollectionAssert.AreEquivalent(
            new[] { "animal", "food", "person", "location" }, slots.DenseValues().Select(name => name.ToString()).ToArray());

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
        try
        {
            ml.Model.SaveAtomically(model, train.Schema, path);
            MLContext fresh = new();
            ITransformer loaded = fresh.Model.Load(path, out _);
            float[][] expected = [.. scored.GetColumn<float[]>("Score")];
            float[][] actual = [.. loaded.Transform(test).GetColumn<float[]>("Score")];
            using PredictionEngine<Row, Prediction> engine = fresh.Model.CreatePredictionEngine<Row, Prediction>(loaded);
            Row[] rows = [.. fresh.Data.CreateEnumerable<Row>(test, reuseRowObject: false)];
            string[] labels = [.. scored.GetColumn<string>("PredictedLabel")];
            for (int i = 0; i < rows.Length; i++)
            {
                Golden.AssertClose(expected[i], actual[i], 0, "score after loading");
                Prediction prediction = engine.Predict(rows[i]);
                Golden.AssertClose(expected[i], prediction.Score, 1e-5, "score of the engine");
                Assert.AreEqual(labels[i], prediction.Predicted);
                Assert.AreEqual(1, prediction.Score.Sum(), 1e-5);
            }

            RuntimeOnlyProcess.AssertPredicts(path, rows, expected, labels);

            // Without its encoder, which the other process finds in a folder.
            long whole = new FileInfo(path).Length;
            ml.Model.SaveDelta(model, train.Schema, path, DeltaPrecision.Exact);
            RuntimeOnlyProcess.AssertPredicts(
                path, rows, expected, labels, Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content"));
            ml.Model.SaveDelta(model, train.Schema, path);
            Assert.IsLessThan(whole / 30, new FileInfo(path).Length);
            float[][] logits = [.. scored.GetColumn<float[]>("Logits")];
            float[][] compact = [.. fresh.Model.Load(path, out _).Transform(test).GetColumn<float[]>("Logits")];
            float moved = logits.Zip(compact).Max(row => row.First.Zip(row.Second).Max(logit => MathF.Abs(logit.First - logit.Second)));
            TestContext.WriteLine(
                $"compact delta file: {new FileInfo(path).Length:N0} bytes, logits of up to "
                + $"{logits.Max(row => row.Max(MathF.Abs)):f1} move by {moved:e1}");
            Assert.IsLessThan(1e-3f, moved);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
