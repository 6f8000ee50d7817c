using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Resuming;
using Microsoft.ML.AdaMix.Training.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training.Resuming;

/// <summary>A training that goes on from a checkpoint, whichever it is, ends with the bits of one that was never stopped.</summary>
[TestClass]
public sealed class ResumedTrainingTests
{
    private static readonly MixtureOptions Mixture = new() { Experts = 3 };

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void From_every_second_step_of_every_method_with_validation(string method)
    {
        MixtureOptions mixture = AllMethods.ByName[method]().SupportsMixture ? Mixture : MixtureOptions.None;
        AssertSame(AllMethods.ByName[method], mixture, TinyTraining.Settings(dropout: 0.1) with { Epochs = 2 }, validates: true, stride: 2);
    }

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("lora")]
    [DataRow("full")]
    public void Without_validation(string method)
    {
        MixtureOptions mixture = AllMethods.ByName[method]().SupportsMixture ? Mixture : MixtureOptions.None;
        AssertSame(AllMethods.ByName[method], mixture, TinyTraining.Settings(dropout: 0.1), validates: false);
    }

    [TestMethod]
    [DataRow("adapter")]
    [DataRow("lora")]
    public void With_early_stopping_that_ends_it(string method)
    {
        MixtureOptions mixture = AllMethods.ByName[method]().SupportsMixture ? Mixture : MixtureOptions.None;
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1);
        TrainingSettings stopping = settings with
        {
            Epochs = 9,
            Patience = 1,
            Optimizer = settings.Optimizer with { LearningRate = 0.2, WarmupRatio = 0 }, // learns nothing that lasts
        };
        Trained trained = AssertSame(AllMethods.ByName[method], mixture, stopping, validates: true);
        Assert.IsLessThan(9, trained.Epochs, "it stopped early");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void With_early_stopping_that_ends_full_fine_tuning() => With_early_stopping_that_ends_it("full");

    [TestMethod]
    public void With_a_consistency_that_rises_from_nothing() => AssertSame(
        AllMethods.ByName["adapter"], Mixture with { ConsistencyRampUp = 0.6 }, TinyTraining.Settings(dropout: 0.1), validates: true);

    [TestMethod]
    public void With_both_passes_supervised_and_merged_steps_at_the_end() => AssertSame(
        AllMethods.ByName["adapter"], Mixture with { Supervision = SupervisedPasses.Both, MergedSteps = 0.4 },
        TinyTraining.Settings(dropout: 0.1), validates: false);

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void In_micro_batches_and_with_recomputed_layers(int rows, bool recomputed) => AssertSame(
        AllMethods.ByName["adapter"], Mixture,
        TinyTraining.Settings(dropout: 0.1) with { Epochs = 2, MicroBatchSize = rows, GradientCheckpointing = recomputed },
        validates: true);

    [TestMethod]
    [DataRow(20_000, 0.0)] // some states are kept
    [DataRow(1 << 20, 0.0)] // all
    [DataRow(20_000, 0.6)] // and one pass becomes two
    [DataRow(0, 0.0)] // none
    public void With_states_of_frozen_layers_that_are_kept(int bytes, double rampUp)
    {
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1);
        AssertSame(
            () => new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, Mixture with { ConsistencyRampUp = rampUp },
            settings with { Epochs = 3, Dropout = settings.Dropout with { InFrozenPart = false }, FrozenCacheBytes = bytes },
            validates: true);
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(ExpertRouting.Example)]
    [DataRow(ExpertRouting.Token)]
    [DataRow(ExpertRouting.AllLayers)]
    [DataRow(ExpertRouting.Fixed)]
    public void With_every_routing(ExpertRouting routing) => AssertSame(
        AllMethods.ByName["adapter"], Mixture with { Routing = routing }, TinyTraining.Settings(dropout: 0.1) with { Epochs = 2 },
        validates: false);

    [TestMethod]
    public void With_the_last_epoch_kept() => AssertSame(
        AllMethods.ByName["adapter"], Mixture, TinyTraining.Settings(dropout: 0.1) with { KeepBestEpoch = false }, validates: true);

    [TestMethod]
    public void Cancelled_in_every_step_and_within_every_evaluation()
    {
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1) with { Epochs = 2 };
        Trained expected = Train(AllMethods.ByName["adapter"], Mixture, settings, validates: true, null, () => { });
        int asked = 0;
        Train(AllMethods.ByName["adapter"], Mixture, settings, validates: true, null, () => asked++);
        for (int stop = 2; stop <= asked; stop++) // before the first step nothing is written
        {
            using TemporaryFolder folder = new();
            int count = 0;
            Assert.ThrowsExactly<TrainingCanceledException>(() => Train(
                AllMethods.ByName["adapter"], Mixture, settings, validates: true, folder.Path,
                () =>
                {
                    if (Interlocked.Increment(ref count) == stop)
                    {
                        throw new OperationCanceledException();
                    }
                }));
            Trained found = Train(AllMethods.ByName["adapter"], Mixture, settings, validates: true, folder.Path, () => { });
            found.AssertIs(expected, $"cancelled at question {stop} of {asked}");
        }
    }

    // Goes on from the checkpoint of every step, or some, of a training that wrote all.
    private static Trained AssertSame(
        Func<TuningMethod> method, MixtureOptions mixture, TrainingSettings settings, bool validates, int stride = 1)
    {
        using TemporaryFolder all = new();
        Trained expected = Train(method, mixture, settings, validates, null, () => { });
        Trained written = Train(method, mixture, settings, validates, all.Path, () => { });
        written.AssertIs(expected, "with checkpoints");
        IReadOnlyList<string> checkpoints = CheckpointFolder.List(all.Path);
        Assert.HasCount(expected.Losses.Length, checkpoints);
        foreach (string checkpoint in checkpoints.Where((_, index) => index % stride == 0))
        {
            using TemporaryFolder folder = new();
            File.Copy(checkpoint, folder.At(Path.GetFileName(checkpoint)));
            Trained found = Train(method, mixture, settings, validates, folder.Path, () => { });
            found.AssertIs(expected, Path.GetFileName(checkpoint));
        }

        return expected;
    }

    private static Trained Train(
        Func<TuningMethod> method, MixtureOptions mixture, TrainingSettings settings, bool validates, string? folder, Action check)
    {
        using ReferenceModel model = TinyTraining.Model(method(), mixture);
        using OperatorThreads threads = OperatorThreads.Open(CPU, 2);
        using TrainingCheckpoints? checkpoints = folder is null ? null : TrainingCheckpoints.Open(
            new CheckpointOptions { Folder = folder, Steps = 1, Keep = 1000 },
            new TrainingIdentity(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["test"] = "1" }),
            warning => Assert.Fail(warning));
        List<float> losses = [];
        List<double?> metrics = [];
        TrainingLoop loop = new(
            model.Classifier, new ClassificationTask(3, 0), settings, threads,
            progress =>
            {
                losses.AddRange(progress.StepLosses);
                Assert.AreEqual(progress.Step, losses.Count, "all reports together give the whole curve");
                if (progress.EpochEnded)
                {
                    metrics.Add(progress.ValidationMetric);
                    Assert.AreEqual(metrics.Count, progress.Epoch);
                }
            },
            check)
        {
            Checkpoints = checkpoints,
        };
        (TrainingProgress kept, int epochs, bool isWhole) = loop.Run(TinyTraining.Classes(20), validates ? TinyTraining.Classes(11) : null);
        Assert.IsTrue(isWhole);
        return new Trained(
            [.. losses], [.. metrics], kept.Epoch, kept.Loss, kept.ConsistencyLoss, kept.ValidationLoss, epochs,
            model.Classifier.Parameters.ToDictionary(
                parameter => parameter.Name, parameter => parameter.Value.ToArray(), StringComparer.Ordinal));
    }

    private sealed record Trained(
        float[] Losses, double?[] Metrics, int KeptEpoch, double KeptLoss, double KeptConsistency, double? KeptValidation, int Epochs,
        Dictionary<string, float[]> Weights)
    {
        public void AssertIs(Trained expected, string which)
        {
            CollectionAssert.AreEqual(expected.Losses, Losses, which);
            CollectionAssert.AreEqual(expected.Metrics, Metrics, which);
            Assert.AreEqual(
                (expected.KeptEpoch, expected.KeptLoss, expected.KeptConsistency, expected.KeptValidation, expected.Epochs),
                (KeptEpoch, KeptLoss, KeptConsistency, KeptValidation, Epochs), which);
            Assert.AreSequenceEqual(expected.Weights.Keys, Weights.Keys);
            foreach ((string name, float[] values) in expected.Weights)
            {
                CollectionAssert.AreEqual(values, Weights[name], $"{which}: {name}");
            }
        }
    }
}
