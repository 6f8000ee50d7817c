using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

[TestClass]
public sealed class GivenOptionsTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    public void A_trainer_keeps_what_it_was_given_whatever_becomes_of_it_afterwards()
    {
        Dictionary<string, double> weights = new(StringComparer.Ordinal) { ["animal"] = 3 };
        AdaMixOptions given = Rows.Tiny() with { ClassWeights = ClassWeights.From(weights), Precision = TrainingPrecision.Float32 };
        AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(given);
        float[] before = Scores(trainer);
        weights["animal"] = -1;
        AdaMixOptions changed = given with { Epochs = -7, ScoreColumnName = "Other" };
        Assert.AreEqual(1, given.Epochs);
        CollectionAssert.AreEqual(before, Scores(trainer));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.MulticlassClassification.Trainers.AdaMix(changed));
    }

    [TestMethod]
    public void Rows_given_to_Fit_win_over_those_of_the_trainer_and_both_over_a_fraction()
    {
        IDataView rows = Keys(24);
        List<TrainingProgress> reports = [];
        double Loss(AdaMixOptions options, IDataView? ofTrainer, IDataView? ofFit)
        {
            AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(options, ofTrainer, new ProgressRecorder(reports));
            reports.Clear();
            trainer.Fit(rows, ofFit).Dispose();
            return reports[^1].ValidationLoss ?? throw new InvalidOperationException("Nothing was evaluated.");
        }

        AdaMixOptions plain = Rows.Tiny() with { Precision = TrainingPrecision.Float32 }; // the same numbers in every run
        AdaMixOptions held = plain with { ValidationFraction = 0.25 };
        double four = Loss(plain, null, Keys(4));
        double eight = Loss(plain, Keys(8), null);
        Assert.AreNotEqual(four, eight);
        Assert.AreEqual(four, Loss(plain, Keys(8), Keys(4)));
        Assert.AreEqual(eight, Loss(held, Keys(8), null));
        Assert.AreEqual(four, Loss(held, null, Keys(4)));
        Assert.AreNotEqual(four, Loss(held, null, null));
    }

    [TestMethod]
    public void Early_stopping_without_validation_rows_is_refused_before_anything_is_read()
    {
        AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(Rows.Tiny() with { EarlyStoppingPatience = 2 });
        IDataView unread = Ml.Data.LoadFromEnumerable(Unread());
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(unread));
        Assert.StartsWith("EarlyStoppingPatience is 2, and there are no validation rows; expected a validation set", error.Message);
        Assert.ThrowsExactly<ArgumentException>(() => trainer.FitMixture(unread, null));
    }

    [TestMethod]
    public void Calibration_without_validation_rows_is_refused_before_anything_is_read_but_for_a_regression()
    {
        AdaMixOptions options = Rows.Tiny() with { CalibrateProbabilities = true };
        IDataView unread = Ml.Data.LoadFromEnumerable(Unread());
        AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(options);
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(unread));
        Assert.StartsWith("CalibrateProbabilities is set, and there are no validation rows", error.Message);
        Assert.Contains(
            nameof(options.CalibrateProbabilities),
            OptionEffects.FindIdle(options, TextTask.Regression, validates: false).Select(idle => idle.Option));
        Assert.DoesNotContain(
            nameof(options.CalibrateProbabilities),
            OptionEffects.FindIdle(options, TextTask.MultiLabel, validates: true).Select(idle => idle.Option));
    }

    [TestMethod]
    public void The_simple_overload_takes_batch_size_and_validation_rows()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Ml.MulticlassClassification.Trainers.AdaMix(batchSize: 0));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.BinaryClassification.Trainers.AdaMix(batchSize: 0));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.Regression.Trainers.AdaMix(batchSize: 0));
        Assert.ThrowsExactly<ArgumentException>(() => Ml.MultiLabelClassification.Trainers.AdaMix(batchSize: 0));
        IDataView wrong = Ml.Data.LoadFromEnumerable([new { Other = 1f }]);
        AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(epochs: 1, batchSize: 32, validationSet: wrong);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(Keys(4)));
    }

    private static IEnumerable<Row> Unread() =>
        Enumerable.Range(0, 4).Select<int, Row>(_ => throw new InvalidOperationException("This was read."));

    private static IDataView Keys(int count)
    {
        IDataView data = Ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", count, "animal", "food"));
        return Ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private static float[] Scores(AdaMixTrainer trainer)
    {
        using AdaMixTransformer model = trainer.Fit(Keys(16));
        return [.. model.Transform(Keys(4)).GetColumn<float[]>("Score").SelectMany(score => score)];
    }
}
