using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Methods;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.Tests.Training;

[TestClass]
public sealed class TrainingStepTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(ExpertRouting.Batch, 1)]
    [DataRow(ExpertRouting.Batch, 3)]
    [DataRow(ExpertRouting.Example, 3)]
    [DataRow(ExpertRouting.Token, 4)]
    [DataRow(ExpertRouting.AllLayers, 5)]
    public void Losses_and_gradients_of_parts_add_up_to_those_of_the_batch(ExpertRouting routing, int part) =>
        AssertParts(
            new AdapterTuning { Bottleneck = 4 }, new ClassificationTask(3, 0.1), TinyTraining.Classes(10, weighted: true), routing, part);

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Losses_and_gradients_of_parts_add_up_for_every_method_without_row_weights(string method) =>
        AssertParts(AllMethods.ByName[method](), new ClassificationTask(3, 0), TinyTraining.Classes(10), ExpertRouting.Batch, 4);

    [TestMethod]
    public void Losses_and_gradients_of_parts_add_up_for_labels_with_weights_of_their_own() => AssertParts(
        new LoraTuning { Rank = 4 }, new MultiLabelTask(3, 0.1, [1, 2, 0.5f]),
        TinyTraining.Rows(10, (row, label) => (row >> label) & 1, width: 3, weighted: true), ExpertRouting.Example, 3);

    [TestMethod]
    public void Losses_and_gradients_of_parts_add_up_where_all_weights_of_the_batch_are_0()
    {
        TrainingRows rows = TinyTraining.Classes(6) with { Weights = new float[6] };
        AssertParts(new AdapterTuning { Bottleneck = 4 }, new ClassificationTask(3, 0), rows, ExpertRouting.Batch, 2);
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Recomputed_layers_give_the_same_gradients_with_the_same_dropout(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        MixtureOptions mixture = Mixture(tuning, ExpertRouting.Token);
        using ReferenceModel model = TinyTraining.Model(tuning, mixture);
        AssertRecomputed(model, TinyTraining.Settings(dropout: 0.2), null);
        AssertRecomputed(model, TinyTraining.Settings(dropout: 0.2) with { MicroBatchSize = 3 }, null);
    }

    [TestMethod]
    public void Recomputed_layers_give_the_same_gradients_above_a_frozen_part_whether_its_states_are_known_or_not()
    {
        MixtureOptions mixture = new() { Experts = 3 };
        using ReferenceModel model = TinyTraining.Model(new AdapterTuning { Bottleneck = 4, Layers = 1..^0 }, mixture);
        TrainingRows rows = TinyTraining.Classes(10);
        AssertRecomputed(model, TinyTraining.Settings(dropout: 0.2), null);
        AssertRecomputed(model, TinyTraining.Settings(dropout: 0.2), new FrozenStates(model.Classifier, rows.Ids, 1 << 20));
    }

    [TestMethod]
    [DynamicData(nameof(AllMethods.Names), typeof(AllMethods))]
    public void Rows_that_are_padded_further_as_on_a_gpu_give_the_same_gradients(string method)
    {
        TuningMethod tuning = AllMethods.ByName[method]();
        foreach (ExpertRouting routing in (ExpertRouting[])[ExpertRouting.Batch, ExpertRouting.Token])
        {
            using ReferenceModel model = TinyTraining.Model(tuning, Mixture(tuning, routing));
            TrainingRows rows = TinyTraining.Classes(10);
            ClassificationTask task = new(3, 0);
            var expected = TinyTraining.Gradients(model, task, rows, TinyTraining.Settings());
            AssertSame(expected, TinyTraining.Gradients(model, task, rows, TinyTraining.Settings(), lengthMultiple: 16), Tolerance);
        }
    }

    [TestMethod]
    public void A_step_that_is_cut_and_recomputed_trains_as_a_whole_one_does()
    {
        MixtureOptions mixture = new() { Experts = 3 };
        using ReferenceModel whole = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture);
        using ReferenceModel cut = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture);
        TrainingRows rows = TinyTraining.Classes(30, weighted: true);
        (float[] losses, Dictionary<string, float[]> weights) = TinyTraining.Train(whole, rows, TinyTraining.Settings());
        (float[] cutLosses, Dictionary<string, float[]> cutWeights) = TinyTraining.Train(
            cut, rows, TinyTraining.Settings() with { MicroBatchSize = 3, GradientCheckpointing = true });
        Golden.AssertClose(losses, cutLosses, Tolerance, "losses");
        foreach ((string name, float[] values) in weights)
        {
            Golden.AssertClose(values, cutWeights[name], 1e-3, name); // Adam turns a gradient of rounding errors into a step
        }
    }

    private static void AssertParts(TuningMethod method, ITrainingTask task, TrainingRows rows, ExpertRouting routing, int part)
    {
        MixtureOptions mixture = Mixture(method, routing);
        using ReferenceModel model = TinyTraining.Model(method, mixture);
        TrainingSettings settings = TinyTraining.Settings();
        var whole = TinyTraining.Gradients(model, task, rows, settings);
        var parts = TinyTraining.Gradients(model, task, rows, settings with { MicroBatchSize = part });
        AssertSame(whole, parts, Tolerance);
        Assert.IsTrue(rows.Weights?.Sum() == 0 || whole.Gradients.Values.Any(gradient => gradient.Any(value => Math.Abs(value) > 1e-4)));
    }

    private static void AssertRecomputed(ReferenceModel model, TrainingSettings settings, FrozenStates? below)
    {
        TrainingRows rows = TinyTraining.Classes(10);
        ClassificationTask task = new(3, 0);
        var kept = TinyTraining.Gradients(model, task, rows, settings, below);
        var recomputed = TinyTraining.Gradients(model, task, rows, settings with { GradientCheckpointing = true }, below);
        AssertSame(kept, recomputed, 1e-6);
    }

    private static void AssertSame(
        (float[] Losses, Dictionary<string, float[]> Gradients) expected,
        (float[] Losses, Dictionary<string, float[]> Gradients) actual,
        double tolerance)
    {
        Golden.AssertClose(expected.Losses, actual.Losses, tolerance, "losses");
        foreach ((string name, float[] gradient) in expected.Gradients)
        {
            double scale = gradient.Length == 0 ? 1 : Math.Max(1, gradient.Max(Math.Abs));
            Golden.AssertClose(gradient, actual.Gradients[name], tolerance * scale, name);
        }
    }

    private static MixtureOptions Mixture(TuningMethod method, ExpertRouting routing) =>
        method.SupportsMixture ? new MixtureOptions
        {
            Experts = 3,
            Sharing = ExpertSharing.None,
            Routing = routing,
        } : new MixtureOptions { Experts = 1 };
}
