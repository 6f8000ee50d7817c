using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tokenization;
using Microsoft.ML.AdaMix.Trainers.Starting;
using Microsoft.ML.Data;
using TorchSharp;

namespace Microsoft.ML.AdaMix.Tests.Trainers.Starting;

[TestClass]
public sealed class DiscriminantStartTests
{
    // Steps too small to move a weight: what predicts is what training started from.
    private static AdaMixOptions Still() => Rows.Quick() with { LearningRate = 1e-30, WeightDecay = 0 };

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("head")]
    [DataRow("prefix")]
    public void A_new_head_tells_classes_before_the_first_step_and_a_random_one_does_not(string method)
    {
        MLContext ml = new(1);
        IDataView data = Classes(ml, 36);
        AdaMixOptions options = method == "adapter" ? Still()
            : Still() with { Method = method == "head" ? new HeadOnlyTuning() : new PrefixTuning(), Mixture = null };
        Assert.IsGreaterThan(0.9, Accuracy(ml, options, data));
        Assert.IsLessThan(0.8, Accuracy(ml, options with { HeadStart = HeadStart.Random }, data));
    }

    [TestMethod]
    public void Labels_are_told_before_the_first_step()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 36, "animal", "food").Select(row => new BoolsRow
        {
            Text = row.Text,
            Label = [row.Label == "animal", row.Label == "food", row.Text!.Length > 60],
        }).ToArray());
        double Right(AdaMixOptions options)
        {
            using AdaMixTransformer model = ml.MultiLabelClassification.Trainers.AdaMix(options).Fit(data);
            bool[][] expected = [.. data.GetColumn<bool[]>("Label")];
            bool[][] found = [.. model.Transform(data).GetColumn<bool[]>("PredictedLabel")];
            return expected.Zip(found).Average(row => row.First.Zip(row.Second).Count(label => label.First == label.Second) / 3.0);
        }

        Assert.IsGreaterThan(0.85, Right(Still()));
        Assert.IsLessThan(0.8, Right(Still() with { HeadStart = HeadStart.Random }));
    }

    [TestMethod]
    public void The_start_has_the_same_bits_on_one_thread_and_on_three()
    {
        MLContext ml = new(1);
        IDataView data = Classes(ml, 24);
        int usual = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            float[][] one = Scores(ml, Still(), data);
            torch.set_num_threads(3);
            float[][] three = Scores(ml, Still(), data);
            for (int row = 0; row < one.Length; row++)
            {
                CollectionAssert.AreEqual(one[row], three[row]);
            }
        }
        finally
        {
            torch.set_num_threads(usual);
        }
    }

    [TestMethod]
    public void Texts_that_are_all_the_same_leave_the_head_random_and_that_is_said()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        Row[] same = [.. Enumerable.Range(0, 8).Select(row => new Row { Label = row % 2 == 0 ? "a" : "b", Text = "the same" })];
        float[][] found = Scores(ml, Still(), Keys(ml, same));
        StringAssert.Contains(string.Join('\n', said), "The head starts from random weights", StringComparison.Ordinal);
        CollectionAssert.AreEqual(Scores(ml, Still() with { HeadStart = HeadStart.Random }, Keys(ml, same))[0], found[0]);
    }

    [TestMethod]
    public void Rows_without_weight_do_not_count()
    {
        MLContext ml = new(1);
        Row[] rows = Rows.Topics("train.tsv", 36, "animal", "food");
        Row[] wrong = [.. rows.Take(18).Select(
            row => new Row { Label = row.Label == "food" ? "animal" : "food", Text = row.Text, Weight = 0 })];
        AdaMixOptions options = Still() with { ExampleWeightColumnName = "Weight" };
        IDataView data = Keys(ml, [.. rows, .. wrong]);
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        Assert.IsGreaterThan(0.9, ml.MulticlassClassification.Evaluate(model.Transform(Keys(ml, rows))).MicroAccuracy);
    }

    [TestMethod]
    public void Of_many_rows_some_of_each_class_alike_are_read_and_of_few_rows_all()
    {
        TrainingRows Many(int count, int rare)
        {
            TokenTable ids = new(100);
            for (int row = 0; row < count; row++)
            {
                ids.Add(new TokenIds([1, 2, 3], 3));
            }

            return new TrainingRows(ids, [.. Enumerable.Range(0, count).Select(row => row < rare ? 1f : 0f)], null);
        }

        DiscriminantStart start = new(TextTask.Multiclass, seed: 1);
        TrainingRows some = start.Rows(Many(5000, 300), 2);
        Assert.AreEqual(2048, some.Count);
        Assert.AreEqual(300, some.Targets.Count(target => target == 1));
        Assert.AreEqual(2000, start.Rows(Many(2000, 3), 2).Count);
        Assert.AreEqual(4000, start.Rows(Many(5000, 300), 500).Count);
    }

    private static IDataView Classes(MLContext ml, int count) => Keys(ml, Rows.Topics("train.tsv", count, "animal", "food", "location"));

    private static IDataView Keys(MLContext ml, Row[] rows)
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private static double Accuracy(MLContext ml, AdaMixOptions options, IDataView data)
    {
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        return ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;
    }

    private static float[][] Scores(MLContext ml, AdaMixOptions options, IDataView data)
    {
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        return [.. model.Transform(data).GetColumn<float[]>("Score")];
    }

    private sealed class BoolsRow
    {
        public string? Text { get; set; }

        [VectorType(3)]
        public bool[] Label { get; set; } = [];
    }
}
