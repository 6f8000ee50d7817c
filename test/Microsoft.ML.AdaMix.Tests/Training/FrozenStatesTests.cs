using Microsoft.ML.AdaMix.Networks;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class FrozenStatesTests
{
    private static readonly Dictionary<string, Func<TuningMethod>> UpperMethods = new(StringComparer.Ordinal)
    {
        ["adapters"] = () => new AdapterTuning { Bottleneck = 4, Layers = 1..^0 },
        ["houlsby in the last layer"] = () => new AdapterTuning { Bottleneck = 4, Placement = AdapterPlacement.Houlsby, Layers = ^1..^0 },
        ["lora with dropout"] = () => new LoraTuning { Rank = 4, Dropout = 0.1, Layers = 1..^0 },
        ["ia3"] = () => new Ia3Tuning { Layers = 1..^0 },
        ["prefix, which moves positions"] = () => new PrefixTuning { Tokens = 3, Layers = 1..^0 },
        ["head"] = () => new HeadOnlyTuning(),
    };

    public static IEnumerable<object[]> Methods => UpperMethods.Keys.Select(name => (object[])[name]);

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void A_training_with_kept_states_gives_the_losses_and_weights_of_one_without(string method)
    {
        TuningMethod tuning = UpperMethods[method]();
        MixtureOptions mixture = tuning.SupportsMixture ? new MixtureOptions { Experts = 3 } : new MixtureOptions { Experts = 1 };
        TrainingRows rows = TinyTraining.Classes(40);
        TrainingRows validation = TinyTraining.Classes(11);
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1);
        settings = settings with { Dropout = settings.Dropout with { InFrozenPart = false } };
        using ReferenceModel without = TinyTraining.Model(tuning, mixture);
        (float[] expected, Dictionary<string, float[]> weights) = TinyTraining.Train(without, rows, settings, validation);
        Assert.HasCount(15, expected);

        // All rows, and as few as some; the rest is computed beside them.
        foreach (long bytes in (long[])[1 << 20, FrozenStates.Needed(without.Classifier, rows.Ids) / 3])
        {
            using ReferenceModel with = TinyTraining.Model(UpperMethods[method](), mixture);
            (float[] losses, Dictionary<string, float[]> found) = TinyTraining.Train(
                with, rows, settings with { FrozenCacheBytes = bytes }, validation);
            Golden.AssertClose(expected, losses, 1e-4, "losses");
            foreach ((string name, float[] values) in weights)
            {
                Golden.AssertClose(values, found[name], 2e-3, name); // Adam turns a gradient of rounding errors into a step
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Without_dropout_passes_that_share_the_frozen_part_give_the_same_gradients(string method)
    {
        TuningMethod tuning = UpperMethods[method]();
        MixtureOptions mixture = tuning.SupportsMixture ? new MixtureOptions { Experts = 3 } : new MixtureOptions { Experts = 1 };
        using ReferenceModel model = TinyTraining.Model(tuning, mixture);
        TrainingRows rows = TinyTraining.Classes(10);
        var apart = TinyTraining.Gradients(model, new ClassificationTask(3, 0), rows, TinyTraining.Settings());
        var shared = TinyTraining.Gradients(
            model, new ClassificationTask(3, 0), rows, TinyTraining.Settings(), new FrozenStates(model.Classifier, rows.Ids, 0));
        Golden.AssertClose(apart.Losses, shared.Losses, 1e-6, "losses"); // half as many rows in a product round otherwise
        foreach ((string name, float[] gradient) in apart.Gradients)
        {
            Golden.AssertClose(gradient, shared.Gradients[name], 1e-6, name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void States_in_other_batches_are_those_of_the_encoder_and_no_more_are_kept_than_the_limit_allows(string method)
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = TinyTraining.Model(UpperMethods[method](), MixtureOptions.None);
        TokenTable rows = TinyTraining.Classes(24).Ids;
        long needed = FrozenStates.Needed(model.Classifier, rows);
        foreach ((long limit, bool all) in new[] { (needed, true), (needed / 2, false), (0L, false) })
        {
            FrozenStates states = new(model.Classifier, rows, limit);
            RandomSource random = new(3);
            int computed = 0;
            for (int round = 0; round < 3; round++)
            {
                foreach (int[] batch in Batching.Shuffle(rows, 5, random))
                {
                    using EncoderBatch padded = model.Classifier.Pad(rows, batch);
                    Tensor expected = model.Classifier.Below(padded);
                    Tensor found = states.Get(batch, padded.Length);
                    CollectionAssert.AreEqual(expected.shape, found.shape);
                    for (int i = 0; i < batch.Length; i++)
                    {
                        long length = Math.Min(expected.shape[1], rows.Length(batch[i]));
                        Golden.AssertClose(
                            expected[i].narrow(0, 0, length).ToArray(), found[i].narrow(0, 0, length).ToArray(), 1e-5, $"row {batch[i]}");
                        computed++;
                    }
                }
            }

            Assert.AreEqual(72, computed);
            Assert.AreEqual(all, states.Kept == rows.Count);
            Assert.AreEqual(limit == 0, states.Kept == 0);
            Assert.IsGreaterThanOrEqualTo(0, states.Free);
        }
    }

    [TestMethod]
    public void Methods_that_change_the_embeddings_have_no_frozen_part()
    {
        foreach (TuningMethod method in (TuningMethod[])[new BitFitTuning(), new PromptTuning(), new FullFineTuning()])
        {
            using ReferenceModel model = ReferenceModel.Tuned("roberta", method, MixtureOptions.None);
            Assert.IsNull(model.Classifier.Tuning.FrozenLayers, method.Name);
        }

        using ReferenceModel head = ReferenceModel.Tuned("roberta", new HeadOnlyTuning(), MixtureOptions.None);
        Assert.AreEqual(head.Loaded.Config.Layers, head.Classifier.Tuning.FrozenLayers);
    }
}
