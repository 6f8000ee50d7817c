using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Optimization;
using Microsoft.ML.AdaMix.Training.Tasks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>What a step minimises: weights of rows, classes and the consistency term, smoothed labels.</summary>
[TestClass]
public sealed class ObjectiveTests
{
    private static readonly float[] First = [0.3f, -1.2f, 2.1f, 0.4f, 0.9f, -0.7f];
    private static readonly float[] Second = [0.1f, -0.2f, 1.5f, 1.4f, 0.2f, -0.3f];
    private static readonly float[] RowWeights = [0.75f, 0.25f];

    [TestMethod]
    public void Without_a_second_pass_there_is_no_consistency_term()
    {
        using DisposeScope scope = NewDisposeScope();
        StepLosses losses = Compute(new ClassificationTask(3, 0), 0, null);
        Assert.IsNull(losses.Consistency);
        Assert.AreEqual(losses.Supervised.item<float>(), losses.Total.item<float>());
    }

    [TestMethod]
    [DataRow(0.25)]
    [DataRow(1)]
    [DataRow(4)]
    public void The_consistency_term_counts_by_its_weight(double weight)
    {
        using DisposeScope scope = NewDisposeScope();
        StepLosses losses = Compute(new ClassificationTask(3, 0), weight, null);
        Assert.IsGreaterThan(0.05f, losses.Consistency!.item<float>());
        Assert.AreEqual(losses.Supervised.item<float>() + (weight * losses.Consistency!.item<float>()), losses.Total.item<float>(), 1e-6);
    }

    [TestMethod]
    public void Rows_count_by_their_weights_in_both_terms()
    {
        using DisposeScope scope = NewDisposeScope();
        ClassificationTask task = new(3, 0);
        StepLosses weighted = Compute(task, 1, RowWeights);
        Tensor rows = task.Losses(tensor(First, 2, 3), tensor(new float[] { 2, 0 }, 2, 1));
        Tensor consistency = task.Consistency(tensor(First, 2, 3), tensor(Second, 2, 3));
        Assert.AreEqual((0.75 * rows[0].item<float>()) + (0.25 * rows[1].item<float>()), weighted.Supervised.item<float>(), 1e-6);
        Assert.AreEqual(
            (0.75 * consistency[0].item<float>()) + (0.25 * consistency[1].item<float>()), weighted.Consistency!.item<float>(), 1e-6);
    }

    [TestMethod]
    public void Smoothed_classes_lose_what_torchs_own_cross_entropy_says()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = F.cross_entropy(
            tensor(First, 2, 3), tensor(new long[] { 2, 0 }), reduction: nn.Reduction.None, label_smoothing: 0.2);
        Golden.AssertClose(expected.ToArray(),
            new ClassificationTask(3, 0.2).Losses(tensor(First, 2, 3), tensor(new float[] { 2, 0 }, 2, 1)).ToArray(), 1e-6, "losses");
    }

    [TestMethod]
    public void Smoothed_labels_move_to_one_half_and_weights_of_labels_multiply()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] targets = [1, 0, 1, 0, 0, 1];
        float[] weights = [1, 3, 0.5f];
        float[] actual = new MultiLabelTask(3, 0.1, weights).Losses(tensor(First, 2, 3), tensor(targets, 2, 3)).ToArray();
        for (int row = 0; row < 2; row++)
        {
            double expected = Enumerable.Range(0, 3).Average(label =>
            {
                double probability = 1 / (1 + Math.Exp(-First[(row * 3) + label]));
                double target = targets[(row * 3) + label] == 1 ? 0.95 : 0.05;
                return -weights[label] * ((target * Math.Log(probability)) + ((1 - target) * Math.Log(1 - probability)));
            });
            Assert.AreEqual(expected, actual[row], 1e-6);
        }
    }

    [TestMethod]
    public void A_ramp_rises_linearly_from_0_and_stays()
    {
        LinearRampUp ramp = new(2, 4);
        CollectionAssert.AreEqual(new[] { 0, 0.5, 1, 1.5, 2, 2 }, Enumerable.Range(0, 6).Select(ramp.Weight).ToArray());
        Assert.AreEqual(2, new LinearRampUp(2, 0).Weight(0));
    }

    [TestMethod]
    public void A_training_whose_consistency_rises_begins_like_one_without_and_ends_elsewhere_than_both()
    {
        (float[] rising, Dictionary<string, float[]> risen) = Train(new MixtureOptions { Experts = 3, ConsistencyRampUp = 1 });
        (float[] without, Dictionary<string, float[]> bare) = Train(new MixtureOptions { Experts = 3, ConsistencyWeight = 0 });
        (float[] full, Dictionary<string, float[]> whole) = Train(new MixtureOptions { Experts = 3 });
        Assert.AreEqual(without[0], rising[0]);
        string name = risen.Keys.First();
        CollectionAssert.AreNotEqual(bare[name], risen[name]);
        CollectionAssert.AreNotEqual(whole[name], risen[name]);
        Assert.HasCount(full.Length, rising);
    }

    [TestMethod]
    public void A_fixed_expert_is_the_only_one_that_training_moves_and_the_one_that_predicts()
    {
        MixtureOptions mixture = new() { Experts = 3, Sharing = ExpertSharing.None, Routing = ExpertRouting.Fixed, FixedExpert = 1 };
        using ReferenceModel start = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture);
        using ReferenceModel trained = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture);
        TinyTraining.Train(trained, TinyTraining.Classes(16), TinyTraining.Settings());
        foreach ((ExpertTensor before, ExpertTensor after) in start.Classifier.Tuning.Tensors.Zip(trained.Classifier.Tuning.Tensors))
        {
            for (int expert = 0; expert < 3; expert++)
            {
                bool moved = !before.Experts[expert].ToArray().SequenceEqual(after.Experts[expert].ToArray());
                Assert.AreEqual(expert == 1, moved, $"expert {expert}");
            }

            CollectionAssert.AreEqual(after.Experts[1].ToArray(), MergedExperts.For(mixture).Select(after).ToArray());
        }
    }

    private static (float[] Losses, Dictionary<string, float[]> Weights) Train(MixtureOptions mixture)
    {
        using ReferenceModel model = TinyTraining.Model(new AdapterTuning { Bottleneck = 4 }, mixture);
        return TinyTraining.Train(model, TinyTraining.Classes(24), TinyTraining.Settings());
    }

    private static StepLosses Compute(ClassificationTask task, double consistencyWeight, float[]? rowWeights) =>
        Objective.Compute(
            task, tensor(First, 2, 3), consistencyWeight == 0 ? null : tensor(Second, 2, 3), tensor(new float[] { 2, 0 }, 2, 1),
            rowWeights is null ? null : tensor(rowWeights), consistencyWeight);
}
