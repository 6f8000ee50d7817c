using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public sealed class TrainerDataTests
{
    private static readonly Row[] Two =
    [
        new() { Label = "a", Text = "the cat sat on the mat" },
        new() { Label = "b", Text = "stocks fell sharply on Monday" },
        new() { Label = "a", Text = "a dog barked at the moon" },
        new() { Label = "b", Text = "the bank raised its rates" },
    ];

    [TestMethod]
    public void Rows_without_text_train_and_score_as_empty_texts()
    {
        MLContext ml = new(1);
        ITransformer model = Rows.Pipeline(ml, Rows.Quick()).Fit(View(ml, [.. Two, new Row { Label = "a", Text = null }, new Row
        {
            Label = "b",
            Text = string.Empty,
        }]));
        using PredictionEngine<Row, Prediction> engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        CollectionAssert.AreEqual(
            engine.Predict(new Row { Text = null }).Score.ToArray(), engine.Predict(new Row { Text = string.Empty }).Score);
    }

    [TestMethod]
    public void Rows_without_a_label_do_not_train()
    {
        MLContext ml = new(1);
        float[] with = Scores(ml, Rows.Pipeline(ml, Rows.Quick()).Fit(View(ml, [.. Two, new Row
        {
            Label = null,
            Text = "no label here",
        }])));
        float[] without = Scores(ml, Rows.Pipeline(ml, Rows.Quick()).Fit(View(ml, Two)));
        CollectionAssert.AreEqual(without, with);
    }

    [TestMethod]
    public void No_labelled_row_is_an_error_that_names_the_column()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable([new Row { Text = "x" }, new Row { Text = "y" }]);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label", keyData: Keys(ml, "a", "b")).Fit(data).Transform(data);
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).Fit(keyed));
        StringAssert.Contains(error.Message, "'Label'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void One_class_only_is_an_error_that_names_the_column()
    {
        MLContext ml = new(1);
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            Rows.Pipeline(ml, Rows.Quick()).Fit(View(ml, [new Row { Label = "a", Text = "x" }, new Row { Label = "a", Text = "y" }])));
        StringAssert.Contains(error.Message, "at least two classes", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "'Label'", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(-1f)]
    [DataRow(float.PositiveInfinity)]
    public void A_weight_that_is_not_a_number_of_0_or_more_is_an_error_that_names_column_and_row(float weight)
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Quick() with { ExampleWeightColumnName = "Weight" };
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            Rows.Pipeline(ml, options).Fit(View(ml, [.. Two, new Row { Label = "a", Text = "x", Weight = weight }])));
        StringAssert.Contains(error.Message, "'Weight'", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "row 4", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_batch_larger_than_the_data_and_more_classes_than_rows_train()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Quick() with { BatchSize = 512 };
        string[] classes = ["a", "b", "c", "d", "e", "f", "g"];
        TransformerChain<AdaMixTransformer> model = ml.Transforms.Conversion.MapValueToKey("Label", keyData: Keys(ml, classes))
            .Append(ml.MulticlassClassification.Trainers.AdaMix(options)).Fit(View(ml, Two));
        Assert.AreEqual(classes.Length, model.Transform(View(ml, Two)).GetColumn<float[]>("Score").First().Length);
    }

    [TestMethod]
    public void A_label_that_training_did_not_know_is_scored_and_left_out_of_the_metrics()
    {
        MLContext ml = new(1);
        ITransformer model = Rows.Pipeline(ml, Rows.Quick()).Fit(View(ml, Two));
        IDataView test = View(ml, [.. Two, new Row { Label = "never seen", Text = "something else" }]);
        IDataView scored = model.Transform(test);
        Assert.HasCount(5, scored.GetColumn<float[]>("Score").ToArray());
        Assert.IsTrue(double.IsFinite(ml.MulticlassClassification.Evaluate(scored).MicroAccuracy));
    }

    [TestMethod]
    public void Validation_rows_may_carry_the_label_before_it_became_a_key()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Quick() with { EarlyStoppingPatience = 1 };
        IDataView validation = View(ml, [.. Two, new Row { Label = "never seen", Text = "left out" }]);
        double? accuracy = null;
        Rows.Pipeline(ml, options, validation, new LastAccuracy(value => accuracy = value)).Fit(View(ml, Two));
        Assert.IsNotNull(accuracy);
        Assert.AreEqual(Math.Round(accuracy.Value * Two.Length), accuracy.Value * Two.Length, 1e-9, "a share of the four known rows");
    }

    [TestMethod]
    public void Pairs_train_and_predict_and_the_second_text_matters()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Quick() with { SecondTextColumnName = "Text2" };
        ITransformer model = Rows.Pipeline(ml, options).Fit(View(ml, Rows.Topics("train.tsv", 12, "animal", "food")));
        using PredictionEngine<Row, Prediction> engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model);
        float[] one = [.. engine.Predict(new Row { Text = "a small bird", Text2 = "a soup" }).Score];
        float[] other = engine.Predict(new Row { Text = "a small bird", Text2 = "an insect" }).Score;
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod]
    public void A_missing_or_wrong_column_is_named()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Quick() with { TextColumnName = "Body" };
        ArgumentOutOfRangeException missing = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Rows.Pipeline(ml, options).Fit(View(ml, Two)));
        StringAssert.Contains(missing.Message, "'Body'", StringComparison.Ordinal);
        StringAssert.Contains(missing.Message, "Text", StringComparison.Ordinal);
        ArgumentOutOfRangeException wrong = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).Fit(View(ml, Two)));
        StringAssert.Contains(wrong.Message, "MapValueToKey", StringComparison.Ordinal);
    }

    private static IDataView View(MLContext ml, Row[] rows) => ml.Data.LoadFromEnumerable(rows);

    private static IDataView Keys(MLContext ml, params string[] names) =>
        ml.Data.LoadFromEnumerable(names.Select(name => new { Label = name }));

    private static float[] Scores(MLContext ml, ITransformer model) =>
        [.. model.Transform(View(ml, Two)).GetColumn<float[]>("Score").SelectMany(score => score)];

    private sealed class LastAccuracy(Action<double?> set) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.EpochEnded)
            {
                set(value.ValidationMetric);
            }
        }
    }
}
