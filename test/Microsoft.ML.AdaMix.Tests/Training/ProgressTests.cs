using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.AdaMix.Tests.Trainers;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>What a training reports, and what a validation set does to it.</summary>
[TestClass]
public sealed class ProgressTests
{
    [TestMethod]
    public void Every_step_has_its_losses_in_exactly_one_report()
    {
        AdaMixOptions options = Rows.Tiny() with { Epochs = 3, BatchSize = 4 };
        List<TrainingProgress> reports = [];
        Fit(options, reports);
        int step = 0;
        foreach (TrainingProgress report in reports)
        {
            Assert.HasCount(report.Step - step, report.StepLosses);
            Assert.HasCount(report.Step - step, report.StepConsistencyLosses);
            step = report.Step;
        }

        Assert.AreEqual(reports[^1].Steps, step);
        Assert.AreEqual(18, step);
        float[] losses = [.. reports.SelectMany(report => report.StepLosses)];
        float[] consistency = [.. reports.SelectMany(report => report.StepConsistencyLosses)];
        TrainingProgress[] epochs = [.. reports.Where(report => report.EpochEnded)];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            Assert.AreEqual(epochs[epoch].Loss, losses.Skip(6 * epoch).Take(6).Average(), 1e-5);
            Assert.AreEqual(epochs[epoch].ConsistencyLoss, consistency.Skip(6 * epoch).Take(6).Average(), 1e-5);
        }

        Assert.IsNull(reports[^1].BestEpoch);
        Assert.IsFalse(reports[^1].KeepsBestEpoch);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_validation_set_that_is_only_watched_leaves_the_weights_of_a_training_without()
    {
        AdaMixOptions Options(bool keep) => new()
        {
            Epochs = 3,
            Method = new AdapterTuning { Bottleneck = 4 },
            Seed = 3,
            Mixture = new MixtureOptions { Experts = 2 },
            MaxLength = 16,
            BatchSize = 8,
            LearningRate = 0.05,
            KeepBestEpoch = keep,
        };
        IDataView validation = new MLContext().Data.LoadFromEnumerable(Rows.Topics("test.tsv", 20, "animal", "food"));
        List<TrainingProgress> watched = [];
        List<TrainingProgress> kept = [];
        float[] last = Fit(Options(keep: true), []);
        CollectionAssert.AreEqual(last, Fit(Options(keep: false), watched, validation));
        float[] best = Fit(Options(keep: true), kept, validation);

        TrainingProgress[] epochs = [.. kept.Where(report => report.EpochEnded)];
        TrainingProgress expected = epochs.OrderByDescending(report => report.ValidationMetric).ThenBy(report => report.ValidationLoss)
            .First();
        Assert.AreEqual(expected.Epoch, epochs[^1].BestEpoch);
        Assert.AreEqual(expected.Epoch, watched[^1].BestEpoch);
        Assert.IsTrue(kept[^1].KeepsBestEpoch);
        Assert.IsFalse(watched[^1].KeepsBestEpoch);
        Assert.AreEqual(
            expected.Epoch == 3, best.SequenceEqual(last), "the best epoch's weights are the last one's only if it was the best");
    }

    private static float[] Fit(AdaMixOptions options, List<TrainingProgress> reports, IDataView? validation = null)
    {
        MLContext ml = new();
        options = options with { Precision = TrainingPrecision.Float32 };
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food"));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        TunedModel model = ml.MulticlassClassification.Trainers.AdaMix(options, validation, new Each(reports.Add)).Fit(keyed).Model.Tuned;
        return
        [
            .. model.Edits.Cast<AdapterEdit>().SelectMany(adapter => adapter.DownWeight.Values.ToArray()),
            .. model.Head.OutputWeight.Values.ToArray(),
        ];
    }
}
