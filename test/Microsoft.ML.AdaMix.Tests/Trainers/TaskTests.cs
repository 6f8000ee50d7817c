using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Every task through Fit, Evaluate, Save, Load and PredictionEngine.</summary>
[TestClass]
public sealed class TaskTests
{
    [TestMethod]
    public void Binary_classification_learns_evaluates_and_predicts_the_same_after_loading()
    {
        MLContext ml = new(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Binary("train.tsv", 64));
        IDataView test = ml.Data.LoadFromEnumerable(Binary("test.tsv", 32));
        AdaMixTransformer model = ml.BinaryClassification.Trainers.AdaMix(Options()).Fit(train);
        BinaryClassificationMetrics plain = ml.BinaryClassification.EvaluateNonCalibrated(model.Transform(test));
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.8, metrics.Accuracy);
        Assert.AreEqual(plain.Accuracy, metrics.Accuracy);
        IDataView scored = model.Transform(test);
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        float[] scores = [.. scored.GetColumn<float>("Score")];
        bool[] predicted = [.. scored.GetColumn<bool>("PredictedLabel")];
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-scores[i])), probabilities[i], 1e-6);
            Assert.AreEqual(scores[i] > 0, predicted[i]);
        }

        using PredictionEngine<BinaryRow, BinaryPrediction> engine = Engine<BinaryRow, BinaryPrediction>(ml, model, train);
        BinaryRow[] rows = Binary("test.tsv", 32);
        for (int i = 0; i < 8; i++)
        {
            BinaryPrediction prediction = engine.Predict(rows[i]);
            Assert.AreEqual(probabilities[i], prediction.Probability, 1e-5);
            Assert.AreEqual(predicted[i], prediction.PredictedLabel);
        }
    }

    [TestMethod]
    public void Regression_gives_numbers_in_the_unit_of_its_labels()
    {
        // Far from 0 and 1.
        MLContext ml = new(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Numbers("train.tsv", 96));
        IDataView test = ml.Data.LoadFromEnumerable(Numbers("test.tsv", 48));
        AdaMixOptions options = Options() with { ValidationFraction = 0.1 };
        AdaMixTransformer model = ml.Regression.Trainers.AdaMix(options).Fit(train);
        RegressionMetrics metrics = ml.Regression.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.3, metrics.RSquared);
        float[] expected = [.. model.Transform(test).GetColumn<float>("Score")];
        using PredictionEngine<NumberRow, NumberPrediction> engine = Engine<NumberRow, NumberPrediction>(ml, model, train);
        NumberRow[] rows = Numbers("test.tsv", 48);
        for (int i = 0; i < 8; i++)
        {
            Assert.AreEqual(expected[i], engine.Predict(rows[i]).Score, 1e-5 * Math.Abs(expected[i]));
        }
    }

    [TestMethod]
    public void Multi_label_classification_names_its_labels_tunes_thresholds_and_evaluates()
    {
        MLContext ml = new(seed: 1);
        IDataView train = Labels(ml, "train.tsv", 80);
        IDataView test = Labels(ml, "test.tsv", 48);
        AdaMixOptions options = Options() with { ValidationFraction = 0.2, LabelColumnName = "Labels" };
        AdaMixTransformer model = ml.MultiLabelClassification.Trainers.AdaMix(options).Fit(train);
        Assert.HasCount(3, model.Model.Thresholds!);
        IDataView scored = model.Transform(test);
        MultiLabelMetrics metrics = ml.MultiLabelClassification.Evaluate(scored, labelColumnName: "Labels");
        Assert.IsGreaterThan(0.7, metrics.MicroF1);
        Assert.IsGreaterThan(0.7, metrics.MeanAveragePrecision);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        CollectionAssert.AreEquivalent(new[] { "animal", "food", "long" }, slots.DenseValues().Select(name => name.ToString()).ToArray());
        bool[][] expected = [.. scored.GetColumn<bool[]>("PredictedLabel")];
        float[][] probabilities = [.. scored.GetColumn<float[]>("Score")];
        using PredictionEngine<LabelsRow, LabelsPrediction> engine = Engine<LabelsRow, LabelsPrediction>(
            ml, model, ml.Data.LoadFromEnumerable<LabelsRow>([]));
        Row[] rows = Rows.Topics("test.tsv", 48, "animal", "food");
        for (int i = 0; i < 8; i++)
        {
            LabelsPrediction prediction = engine.Predict(new LabelsRow { Text = rows[i].Text });
            CollectionAssert.AreEqual(expected[i], prediction.PredictedLabel);
            Testing.Golden.AssertClose(probabilities[i], prediction.Score, 1e-5, "probabilities");
        }
    }

    [TestMethod]
    public void Labels_as_a_vector_of_bools_or_floats_train_alike()
    {
        MLContext ml = new(seed: 1);
        Row[] rows = Rows.Topics("train.tsv", 12, "animal", "food");
        IDataView bools = ml.Data.LoadFromEnumerable(rows.Select(row => new BoolsRow
        {
            Text = row.Text,
            Label = [row.Label == "animal", row.Text!.Length > 60],
        }).ToArray());
        IDataView floats = ml.Data.LoadFromEnumerable(rows.Select(row => new FloatsRow
        {
            Text = row.Text,
            Label = [row.Label == "animal" ? 1 : 0, row.Text!.Length > 60 ? 1 : 0],
        }).ToArray());
        float[][] Scores(IDataView data) =>
            [.. ml.MultiLabelClassification.Trainers.AdaMix(Rows.Quick()).Fit(data).Transform(data).GetColumn<float[]>("Score")];
        float[][] expected = Scores(bools);
        float[][] actual = Scores(floats);
        Assert.HasCount(12, expected);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.HasCount(2, expected[i]);
            CollectionAssert.AreEqual(expected[i], actual[i]);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Pairs_train_for_every_task_and_predict_the_same_after_loading()
    {
        MLContext ml = new(seed: 1);
        PairRow[] rows = [.. Rows.Topics("train.tsv", 12, "animal", "food").Select(row => new PairRow
        {
            Text = row.Text, Text2 = row.Text2, Yes = row.Label == "animal", Number = row.Text!.Length,
            Many = [row.Label == "animal", row.Text.Length > 60],
        })];
        AdaMixOptions Options(string label) => new()
        {
            Epochs = 1,
            Method = new AdapterTuning { Bottleneck = 4 },
            Mixture = new MixtureOptions { Experts = 2 },
            MaxLength = 32,
            Seed = 3,
            SecondTextColumnName = "Text2",
            LabelColumnName = label,
        };
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        IDataView swapped = ml.Data.LoadFromEnumerable(rows.Select(row => new PairRow
        {
            Text = row.Text2,
            Text2 = row.Text,
            Many = row.Many,
        }).ToArray());
        foreach ((string task, AdaMixTransformer model) in new[]
        {
            ("binary", ml.BinaryClassification.Trainers.AdaMix(Options(nameof(PairRow.Yes))).Fit(data)),
            ("regression", ml.Regression.Trainers.AdaMix(Options(nameof(PairRow.Number))).Fit(data)),
            ("multilabel", ml.MultiLabelClassification.Trainers.AdaMix(Options(nameof(PairRow.Many))).Fit(data)),
        })
        {
            using MemoryStream saved = new();
            ml.Model.Save(model, data.Schema, saved);
            saved.Position = 0;
            ITransformer loaded = new MLContext().Model.Load(saved, out _);
            CollectionAssert.AreEqual(Scores(model, data), Scores(loaded, data), task);
            CollectionAssert.AreNotEqual(Scores(model, data), Scores(model, swapped), task);
        }

        static float[] Scores(ITransformer model, IDataView rows)
        {
            IDataView scored = model.Transform(rows);
            return scored.Schema["Score"].Type is VectorDataViewType
                ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)]
                : [.. scored.GetColumn<float>("Score")];
        }
    }

    [TestMethod]
    public void Labels_of_another_type_are_refused_by_name_for_every_task()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 8));
        foreach (IEstimator<ITransformer> trainer in (IEstimator<ITransformer>[])[
            ml.BinaryClassification.Trainers.AdaMix(), ml.Regression.Trainers.AdaMix(), ml.MultiLabelClassification.Trainers.AdaMix(),
            ml.MulticlassClassification.Trainers.AdaMix()])
        {
            ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(data));
            StringAssert.Contains(error.Message, "label column 'Label'", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Weights_of_classes_move_predictions_and_unknown_classes_are_named()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(All()).Transform(All());
        IDataView All() => ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food"));
        double Share(ClassWeights weights)
        {
            AdaMixOptions options = Options() with { MaxLength = 16, ClassWeights = weights };
            uint[] predicted = [
                .. ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data).Transform(data).GetColumn<uint>("PredictedLabel")];
            return predicted.Count(key => key == 1) / (double)predicted.Length;
        }

        string first = Rows.Topics("train.tsv", 24, "animal", "food")[0].Label!;
        Assert.IsGreaterThan(0.9, Share(ClassWeights.From(new Dictionary<string, double> { [first] = 1000 })));
        Assert.IsLessThan(0.1, Share(ClassWeights.From(new Dictionary<string, double> { [first] = 0.001 })));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => Share(ClassWeights.From(new Dictionary<string, double> { ["ghost"] = 1 })));
        StringAssert.Contains(error.Message, "'ghost'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_regression_without_spread_is_refused()
    {
        MLContext ml = new(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Numbers("train.tsv", 8).Select(row => new NumberRow
        {
            Text = row.Text,
            Label = 2,
        }).ToArray());
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.Regression.Trainers.AdaMix(Options()).Fit(data));
        StringAssert.Contains(error.Message, "same value", StringComparison.Ordinal);
    }

    private static AdaMixOptions Options() => Rows.Quick() with { Epochs = 2 };

    private static PredictionEngine<TRow, TPrediction> Engine<TRow, TPrediction>(MLContext ml, ITransformer model, IDataView data)
        where TRow : class
        where TPrediction : class, new()
    {
        using MemoryStream saved = new();
        ml.Model.Save(model, data.Schema, saved);
        saved.Position = 0;
        MLContext fresh = new();
        return fresh.Model.CreatePredictionEngine<TRow, TPrediction>(fresh.Model.Load(saved, out _));
    }

    private static BinaryRow[] Binary(string file, int count) =>
        [.. Rows.Topics(file, count, "animal", "food").Select(row => new BinaryRow { Text = row.Text, Label = row.Label == "animal" })];

    private static NumberRow[] Numbers(string file, int count) =>
        [.. Rows.Topics(file, count, "animal", "food").Select(row => new NumberRow
        {
            Text = row.Text,
            Label = row.Label == "animal" ? 1200 : 1000,
        })];

    // Keys from a text column with several labels a row.
    private static IDataView Labels(MLContext ml, string file, int count)
    {
        LabelsRow[] rows = [.. Rows.Topics(file, count, "animal", "food").Select(row => new LabelsRow
        {
            Text = row.Text,
            Labels = row.Text!.Length > 60 ? [row.Label!, "long"] : [row.Label!],
        })];
        IDataView keys = ml.Data.LoadFromEnumerable(new[] { new LabelsRow { Labels = ["animal", "food", "long"] } });
        return ml.Transforms.Conversion.MapValueToKey("Labels").Fit(keys).Transform(ml.Data.LoadFromEnumerable(rows));
    }

    private sealed class BinaryRow
    {
        public string? Text { get; set; }

        public bool Label { get; set; }
    }

    private sealed class BinaryPrediction
    {
        public bool PredictedLabel { get; set; }

        public float Probability { get; set; }
    }

    private sealed class NumberRow
    {
        public string? Text { get; set; }

        public float Label { get; set; }
    }

    private sealed class NumberPrediction
    {
        public float Score { get; set; }
    }

    private sealed class LabelsRow
    {
        public string? Text { get; set; }

        public string[] Labels { get; set; } = [];
    }

    private sealed class LabelsPrediction
    {
        public bool[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    private sealed class BoolsRow
    {
        public string? Text { get; set; }

        [VectorType(2)]
        public bool[] Label { get; set; } = [];
    }

    private sealed class FloatsRow
    {
        public string? Text { get; set; }

        [VectorType(2)]
        public float[] Label { get; set; } = [];
    }

    private sealed class PairRow
    {
        public string? Text { get; set; }

        public string? Text2 { get; set; }

        public bool Yes { get; set; }

        public float Number { get; set; }

        [VectorType(2)]
        public bool[] Many { get; set; } = [];
    }
}
