using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Native;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Trainers.Starting;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Contrastive;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.AdaMix.Tests.Training.Contrastive;

[TestClass]
public sealed class ClassifierVectorsTests
{
    private static readonly SentencePair[] Pairs =
        [new(0, 3, true), new(1, 2, false), new(4, 7, true), new(5, 6, false), new(8, 2, true), new(9, 1, false)];

    [TestMethod]
    public void Gradients_through_experts_are_those_of_finite_differences()
    {
        using DisposeScope scope = NewDisposeScope();
        using ReferenceModel model = Model();
        using FlatParameters parameters = new(model.Classifier.Parameters);
        using OperatorThreads threads = OperatorThreads.Open(CPU);
        using StepGradients found = Compute(model, parameters, threads, TinyTraining.Settings(), isDropping: false);
        Assert.IsTrue(found.Found.Any(some => !some), "experts of other routes, and the output layer, have no gradient");

        // Along one direction over all weights, whose slope is the gradient's norm.
        Tensor start = parameters.Values.clone();
        Tensor direction = found.Values / found.Values.norm();
        double slope = (found.Values * direction).sum().ToDouble();
        Assert.IsGreaterThan(0.01, slope);
        const double Step = 2e-3;
        double Loss(double distance)
        {
            parameters.Set(start.Plus(direction.Times(distance)));
            using StepGradients moved = Compute(model, parameters, threads, TinyTraining.Settings(), isDropping: false);
            return moved.Losses.ToArray()[0];
        }

        Assert.AreEqual(slope, (Loss(Step) - Loss(-Step)) / (2 * Step), 0.02 * slope);
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Recomputed_layers_and_any_number_of_threads_give_the_same_gradients(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        if (tuning is HeadOnlyTuning)
        {
            return; // refused by the options
        }

        float[] Gradients(bool recomputed, int count)
        {
            using DisposeScope scope = NewDisposeScope();
            using ReferenceModel model = TinyTraining.Model(
                tuning, tuning.SupportsMixture ? new MixtureOptions { Experts = 3 } : MixtureOptions.None);
            using FlatParameters parameters = new(model.Classifier.Parameters);
            using OperatorThreads threads = OperatorThreads.Open(CPU, count);
            using StepGradients found = Compute(
                model, parameters, threads, TinyTraining.Settings(dropout: 0.1) with { GradientCheckpointing = recomputed },
                isDropping: true);
            return found.Values.ToArray();
        }

        float[] expected = Gradients(false, 1);
        Assert.IsTrue(Array.Exists(expected, value => value != 0));
        CollectionAssert.AreEqual(expected, Gradients(false, 3));
        float[] recomputed = Gradients(true, 2);
        double most = expected.Max(value => Math.Abs((double)value));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], recomputed[i], 1e-5 * most);
        }
    }

    [TestMethod]
    public void Of_states_below_the_tuned_layers_nothing_is_kept_since_a_text_stands_in_several_parts_of_a_step()
    {
        using ReferenceModel model = TinyTraining.Model(
            new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, new MixtureOptions { Experts = 3 });
        TrainingSettings settings = TinyTraining.Settings(dropout: 0.1) with { FrozenCacheBytes = 1 << 20 };
        settings = settings with { Dropout = settings.Dropout with { InFrozenPart = false } };
        TokenTable rows = TinyTraining.Classes(10).Ids;
        Assert.IsTrue(FrozenStates.Open(model.Classifier, rows, settings)!.KeepsAny);
        Assert.IsFalse(ContrastiveStart.Below(model.Classifier, rows, settings)!.KeepsAny);
    }

    private static ReferenceModel Model() =>
        TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, new MixtureOptions { Experts = 3 });

    private static StepGradients Compute(
        ReferenceModel model, FlatParameters parameters, OperatorThreads threads, TrainingSettings settings, bool isDropping)
    {
        TrainingRows rows = TinyTraining.Classes(10);
        Router router = Router.For(model.Mixture, model.Loaded.Config.Layers, new RandomSource(7));
        ClassifierVectors vectors = new(model.Classifier, settings, router, below: null);
        return new PairGradients(vectors, parameters, rows.Ids, microBatch: null, isDropping ? new RandomSource(8) : null, threads)
            .Compute(Pairs);
    }
}
