using System.Text.Json;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Trainers;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>What a model says of the training that it came from.</summary>
[TestClass]
public sealed class RecordedTrainingTests
{
    private static readonly MLContext Ml = new(seed: 5);

    [TestMethod]
    public void A_model_knows_version_options_seed_rows_figures_and_encoder_of_its_training()
    {
        List<TrainingProgress> epochs = [];
        AdaMixOptions options = Rows.Quick() with { Epochs = 3, Seed = null, ValidationFraction = 0.25 };
        AdaMixTrainer trainer = Ml.MulticlassClassification.Trainers.AdaMix(
            options with { LibTorchFolder = LibTorch.Folder }, progress: new Epochs(epochs)); // a folder of this machine is not kept
        using TrainedMixture mixture = trainer.FitMixture(Data());
        TrainingRecord record = mixture.Merge().Training!;

        Assert.AreSame(mixture.Training, record);
        Assert.AreEqual("0.1.0", record.ProductVersion);
        Assert.AreEqual(DateTimeOffset.UtcNow.Date, record.Date.Date);
        Assert.AreEqual(5, record.Seed); // the context's
        Assert.AreEqual((18, 6), (record.TrainingRows, record.ValidationRows));
        Assert.AreEqual(3, record.Epochs);
        TrainingProgress best = epochs[epochs[^1].BestEpoch!.Value - 1];
        Assert.AreEqual(best.Epoch, record.KeptEpoch);
        Assert.AreEqual(best.Loss, record.TrainingLoss);
        Assert.AreEqual(best.ConsistencyLoss, record.ConsistencyLoss);
        Assert.AreEqual(best.ValidationMetric, record.ValidationMetric);
        Assert.AreEqual(best.ValidationLoss, record.ValidationLoss);
        Assert.AreEqual("accuracy", record.ValidationMetricName);
        Assert.AreEqual("roberta-mini", record.EncoderName);
        Assert.AreEqual(PretrainedEncoder.RobertaMini.ComputeSha256(), record.EncoderSha256);
        Assert.AreEqual("adapter", record.Method);
        Assert.AreEqual(("Text", null, "Label", null),
            (record.TextColumnName, record.SecondTextColumnName, record.LabelColumnName, record.ExampleWeightColumnName));
        Assert.AreEqual(
            options with { Mixture = options.Mixture! with { ConsistencyWeight = 12 } }, // what the rows want
            JsonSerializer.Deserialize<AdaMixOptions>(record.OptionsJson));
    }

    [TestMethod]
    public void Without_validation_the_last_epoch_is_the_one_and_there_are_no_figures_of_it()
    {
        TrainingRecord record = Ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick() with { Epochs = 2 }).Fit(Data()).Training!;

        Assert.AreEqual((2, 2, 0), (record.Epochs, record.KeptEpoch, record.ValidationRows));
        Assert.IsNull(record.ValidationMetricName);
        Assert.IsNull(record.ValidationMetric);
        Assert.IsNull(record.ValidationLoss);
        Assert.AreEqual(3, record.Seed); // the options'
    }

    [TestMethod]
    public void A_mixture_file_keeps_the_record()
    {
        using TrainedMixture mixture = Ml.MulticlassClassification.Trainers.AdaMix(Rows.Quick()).FitMixture(Data());
        using MemoryStream stream = new();
        mixture.Save(stream);
        stream.Position = 0;

        using TrainedMixture loaded = TrainedMixture.Load(Ml, stream, PretrainedEncoder.RobertaMini);

        Assert.AreEqual(mixture.Training!.OptionsJson, loaded.Training!.OptionsJson);
        Assert.AreEqual(mixture.Training.Date, loaded.Training.Date);
        Assert.AreEqual(mixture.Training.TrainingLoss, loaded.Merge().Training!.TrainingLoss);
    }

    [TestMethod]
    [DoNotParallelize]
    public void The_same_seed_gives_the_same_mixture_file_where_SOURCE_DATE_EPOCH_is_set()
    {
        byte[] Trained()
        {
            AdaMixOptions options = Rows.Quick() with { Precision = TrainingPrecision.Float32 };
            using TrainedMixture mixture = Ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(Data());
            using MemoryStream stream = new();
            mixture.Save(stream);
            return stream.ToArray();
        }

        string? before = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH");
        try
        {
            Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", "1000000000");
            CollectionAssert.AreEqual(Trained(), Trained());
        }
        finally
        {
            Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", before);
        }
    }

    [TestMethod]
    [DataRow("1000000000", 1_000_000_000L)]
    [DataRow("0", 0L)]
    public void The_date_is_what_SOURCE_DATE_EPOCH_says(string set, long expected) =>
        Assert.AreEqual(DateTimeOffset.FromUnixTimeSeconds(expected), RecordedTraining.Now(set));

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("yesterday")]
    [DataRow("-1")]
    [DataRow("99999999999999999999")]
    public void Otherwise_the_date_is_now_in_whole_seconds(string? set)
    {
        DateTimeOffset now = RecordedTraining.Now(set);

        Assert.AreEqual(DateTimeOffset.UtcNow.Date, now.Date);
        Assert.AreEqual(0, now.Ticks % TimeSpan.TicksPerSecond);
        Assert.AreEqual(TimeSpan.Zero, now.Offset);
    }

    private static IDataView Data()
    {
        IDataView rows = Ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food"));
        return Ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private sealed class Epochs(List<TrainingProgress> ended) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.EpochEnded)
            {
                ended.Add(value);
            }
        }
    }
}
