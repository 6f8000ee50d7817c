using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>A seed gives the same bits on any number of threads.</summary>
[TestClass]
public sealed class ThreadsTests
{
    private static readonly int[] Counts = [1, 2, 3, 8];

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void A_training_gives_the_same_bits_on_1_2_3_and_8_threads(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        MixtureOptions mixture = tuning.SupportsMixture ? new MixtureOptions { Experts = 3 } : new MixtureOptions { Experts = 1 };
        AssertSame(AllMethods.ByName[method], mixture, TinyTraining.Settings(dropout: 0.1) with { Epochs = 2 });
    }

    [TestMethod]
    [DataRow(ExpertRouting.Example)]
    [DataRow(ExpertRouting.Token)]
    public void So_does_a_training_whose_rows_or_tokens_have_routes_of_their_own(ExpertRouting routing) => AssertSame(
        () => new AdapterTuning { Bottleneck = 4 }, new MixtureOptions { Experts = 3, Routing = routing },
        TinyTraining.Settings(dropout: 0.1) with { Epochs = 2 });

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void So_does_a_training_in_micro_batches_and_with_recomputed_layers(int rows, bool recomputed) => AssertSame(
        () => new AdapterTuning { Bottleneck = 4 }, new MixtureOptions { Experts = 3 },
        TinyTraining.Settings(dropout: 0.1) with { Epochs = 2, MicroBatchSize = rows, GradientCheckpointing = recomputed });

    [TestMethod]
    public void So_does_a_training_that_keeps_some_states_of_frozen_layers()
    {
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1);
        AssertSame(
            () => new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, new MixtureOptions { Experts = 3 },
            settings with { Epochs = 3, Dropout = settings.Dropout with { InFrozenPart = false }, FrozenCacheBytes = 20_000 });
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void Fit_gives_the_same_scores_bit_for_bit_on_1_2_3_and_8_threads_with_validation_at_the_default_precision()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 24, "animal", "food"));
        float[][] Scores(int threads)
        {
            int usual = get_num_threads();
            set_num_threads(threads);
            try
            {
                AdaMixOptions options = Rows.Quick() with { Epochs = 2, ValidationFraction = 0.2 };
                return [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(
                    Rows.Pipeline(ml, options).Fit(data).Transform(data), "Score")];
            }
            finally
            {
                Assert.AreEqual(threads, get_num_threads(), "what the user set is left as it was");
                set_num_threads(usual);
            }
        }

        float[][] expected = Scores(1);
        foreach (int threads in Counts[1..])
        {
            float[][] found = Scores(threads);
            for (int row = 0; row < expected.Length; row++)
            {
                CollectionAssert.AreEqual(expected[row], found[row], $"row {row}, {threads} threads");
            }
        }
    }

    [TestMethod]
    public void Fit_does_the_same_in_the_callers_inference_mode_and_leaves_nothing_in_the_callers_scope()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food"));
        float[][] Scores() => [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(
            Rows.Pipeline(ml, Rows.Quick()).Fit(data).Transform(data), "Score")];
        float[][] expected = Scores();
        using TorchSharp.DisposeScope scope = TorchSharp.torch.NewDisposeScope();
        using IDisposable mode = inference_mode();
        float[][] found = Scores();
        Assert.AreEqual(0, scope.DisposablesCount);
        for (int row = 0; row < expected.Length; row++)
        {
            CollectionAssert.AreEqual(expected[row], found[row]);
        }
    }

    [TestMethod]
    public void Each_thread_has_libtorchs_operators_for_itself_whatever_other_threads_set()
    {
        int usual = get_num_threads();
        using OperatorThreads threads = OperatorThreads.Open(CPU, 3);
        set_num_threads(5);
        try
        {
            int[] counts = new int[30];
            threads.Run(counts.Length, part =>
            {
                using Tensor product = ones(200, 200).mm(ones(200, 200)); // whatever libtorch sets up at its first work
                counts[part] = get_num_threads();
            });
            CollectionAssert.AreEqual(Enumerable.Repeat(1, counts.Length).ToArray(), counts);
            Assert.AreEqual(5, get_num_threads());
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    [TestMethod]
    public void Parts_are_computed_once_each_and_the_first_error_in_their_order_ends_the_rest()
    {
        foreach (int count in Counts)
        {
            using OperatorThreads threads = OperatorThreads.Open(CPU, count);
            int[] computed = new int[100];
            threads.Run(computed.Length, part => Interlocked.Increment(ref computed[part]));
            Assert.IsTrue(computed.All(times => times == 1));
            int begun = 0;
            FormatException error = Assert.ThrowsExactly<FormatException>(() => threads.Run(1_000_000, part =>
            {
                Interlocked.Increment(ref begun);
                throw new FormatException($"part {part}");
            }));
            Assert.AreEqual("part 0", error.Message);
            Assert.IsLessThanOrEqualTo(count, begun);
            threads.Run(3, part => Interlocked.Increment(ref computed[part]));
            Assert.AreEqual(2, computed[0], "they go on after an error");
        }
    }

    [TestMethod]
    public void No_more_parts_are_computed_at_once_than_allowed()
    {
        using OperatorThreads threads = OperatorThreads.Open(CPU, 8);
        int now = 0;
        int most = 0;
        threads.Run(
            200,
            _ =>
            {
                int running = Interlocked.Increment(ref now);
                InterlockedMax(ref most, running);
                Thread.SpinWait(100);
                Interlocked.Decrement(ref now);
            },
            atOnce: 2);
        Assert.IsLessThanOrEqualTo(2, most);

        static void InterlockedMax(ref int most, int value)
        {
            for (int seen = most; seen < value; seen = most)
            {
                Interlocked.CompareExchange(ref most, value, seen);
            }
        }
    }

    [TestMethod]
    public void Trainings_side_by_side_do_not_change_each_others_number_of_threads_or_bits()
    {
        int usual = get_num_threads();
        float[] Losses(int? threads) => Train(
            () => new AdapterTuning { Bottleneck = 4 }, new MixtureOptions { Experts = 3 }, TinyTraining.Settings(0.1), threads).Losses;
        float[] expected = Losses(2);
        Parallel.For(0, 4, _ => CollectionAssert.AreEqual(expected, Losses(null)));
        Assert.AreEqual(usual, get_num_threads());
    }

    [TestMethod]
    [DataRow(16, 27, 384, 2, null, 8, int.MaxValue)]
    [DataRow(16, 27, 768, 2, null, 4, int.MaxValue)]
    [DataRow(16, 128, 768, 2, null, 1, int.MaxValue)]
    [DataRow(16, 8, 384, 1, null, 8, int.MaxValue)]
    [DataRow(1, 8, 384, 1, null, 1, int.MaxValue)]
    [DataRow(16, 27, 384, 2, 4, 2, 2)]
    [DataRow(16, 27, 384, 2, 1, 1, 2)]
    [DataRow(16, 128, 768, 2, 8, 1, 8)]
    public void A_batch_is_cut_by_its_size_alone(int rows, int tokens, int hidden, int passes, int? microBatch, int size, int atOnce) =>
        Assert.AreEqual(new StepParts(size, atOnce), StepParts.Cut(rows, tokens, hidden, passes, microBatch, CPU));

    private static void AssertSame(Func<TuningMethod> method, MixtureOptions mixture, TrainingSettings settings)
    {
        (float[] losses, Dictionary<string, float[]> weights) = Train(method, mixture, settings, 1);
        foreach (int threads in Counts[1..])
        {
            (float[] found, Dictionary<string, float[]> trained) = Train(method, mixture, settings, threads);
            CollectionAssert.AreEqual(losses, found, $"losses on {threads} threads");
            foreach ((string name, float[] values) in weights)
            {
                CollectionAssert.AreEqual(values, trained[name], $"{name} on {threads} threads");
            }
        }
    }

    private static (float[] Losses, Dictionary<string, float[]> Weights) Train(
        Func<TuningMethod> method, MixtureOptions mixture, TrainingSettings settings, int? threads)
    {
        using ReferenceModel model = TinyTraining.Model(method(), mixture);
        TrainingRows rows = TinyTraining.Classes(22, weighted: true);
        return TinyTraining.Train(model, rows, settings, TinyTraining.Classes(11), threads);
    }
}
