using System.Reflection;
using Microsoft.ML.AdaMix.Edits;
using Microsoft.ML.AdaMix.Models;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

[TestClass]
public sealed class TrainerRunTests
{
    [TestMethod]
    public void The_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others()
    {
        float[] first = Weights(3);
        CollectionAssert.AreEqual(first, Weights(3));
        CollectionAssert.AreNotEqual(first, Weights(4));
    }

    [TestMethod]
    public void A_cancelled_token_ends_training()
    {
        using CancellationTokenSource source = new();
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Tiny() with { Epochs = 1000 };
        IEstimator<ITransformer> pipeline =
            Rows.Pipeline(ml, options, progress: new Each(_ => source.Cancel()), cancellation: source.Token);
        Assert.ThrowsExactly<OperationCanceledException>(() => pipeline.Fit(Data(ml)));
    }

    [TestMethod]
    public void Cancelling_the_context_as_a_sweep_does_ends_training()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Tiny() with { Epochs = 1000 };
        Assert.ThrowsExactly<OperationCanceledException>(
            () => Rows.Pipeline(ml, options, progress: new Each(_ => Cancel(ml))).Fit(Data(ml)));
    }

    [TestMethod]
    public void Early_stopping_ends_before_the_last_epoch_and_keeps_the_best()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Rows.Tiny() with { Epochs = 50 };
        options = options with { LearningRate = 1e-12 }; // nothing improves
        options = options with { ValidationFraction = 0.25 };
        options = options with { EarlyStoppingPatience = 2 };
        int epochs = 0;
        Rows.Pipeline(ml, options, progress: new Each(progress => epochs += progress.EpochEnded ? 1 : 0)).Fit(Data(ml));
        Assert.IsLessThan(10, epochs);
    }

    [TestMethod]
    public void Cross_validation_works_and_its_folds_differ()
    {
        MLContext ml = new(1);
        IDataView data = Data(ml);
        var results = ml.MulticlassClassification.CrossValidate(data, Rows.Pipeline(ml, Rows.Tiny()), numberOfFolds: 2);
        Assert.HasCount(2, results);
        Assert.IsTrue(results.All(result => double.IsFinite(result.Metrics.LogLoss)));
    }

    [TestMethod]
    public void Epochs_are_written_to_the_context_log()
    {
        MLContext ml = new(1);
        List<string> messages = [];
        ml.Log += (_, entry) => messages.Add(entry.Message);
        Rows.Pipeline(ml, Rows.Tiny()).Fit(Data(ml));
        Assert.IsTrue(messages.Exists(message => message.Contains("Epoch 1/1", StringComparison.Ordinal)));
        Assert.IsTrue(messages.Exists(message => message.Contains("trained parameters", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Options_of_the_frozen_part_and_of_memory_reach_the_training()
    {
        MLContext ml = new(1);
        List<string> messages = [];
        ml.Log += (_, entry) => messages.Add(entry.Message);
        AdaMixOptions options = Rows.Tiny() with
        {
            Epochs = 2,
            Method = new AdapterTuning { Bottleneck = 4, Layers = 1..2 },
            FrozenDropout = false,
            FrozenCacheMegabytes = 2,
            MicroBatchSize = 3,
            GradientCheckpointing = true,
        };
        Rows.Pipeline(ml, options).Fit(Data(ml));
        Assert.IsTrue(messages.Exists(
            message => message.Contains("Nothing changes below layer 1", StringComparison.Ordinal) && message.Contains(
                "up to 2 MiB", StringComparison.Ordinal)));
        messages.Clear();
        options = options with { FrozenDropout = true };
        Rows.Pipeline(ml, options).Fit(Data(ml));
        Assert.IsFalse(messages.Exists(message => message.Contains("Nothing changes below", StringComparison.Ordinal)));
    }

    // Not public in Microsoft.ML; Microsoft.ML.AutoML reaches it.
    private static void Cancel(MLContext ml)
    {
        object environment = typeof(MLContext).GetField("_env", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(ml)!;
        environment.GetType().GetInterface("Microsoft.ML.Runtime.ICancelable")!.GetMethod("CancelExecution")!.Invoke(environment, null);
    }

    private static IDataView Data(MLContext ml) => ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food"));

    private static float[] Weights(int seed)
    {
        MLContext ml = new();
        AdaMixOptions options = Rows.Tiny() with { Seed = seed, Precision = TrainingPrecision.Float32 };
        IDataView data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(Data(ml)).Transform(Data(ml));
        TunedModel model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data).Model.Tuned;
        return [.. model.Edits.Cast<AdapterEdit>().SelectMany(adapter => adapter.DownWeight.Values.ToArray().Concat(
            adapter.UpWeight.Values.ToArray())), .. model.Head.OutputWeight.Values.ToArray()];
    }
}
