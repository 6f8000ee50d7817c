using Microsoft.ML.AdaMix.Mixture;
using Microsoft.ML.AdaMix.Parameters;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Networks;
using Microsoft.ML.AdaMix.Training;
using Microsoft.ML.AdaMix.Training.Tasks;

namespace Microsoft.ML.AdaMix.Tests.Training;

/// <summary>What changes in the use of the mixture while a training goes on: both passes supervised, merged steps at the end.</summary>
[TestClass]
public sealed class MixtureScheduleTests
{
    private static readonly AdapterTuning Adapter = new() { Bottleneck = 4 };

    [TestMethod]
    public void Merged_steps_are_the_last_ones_and_none_where_all_steps_train_what_is_merged()
    {
        Assert.AreEqual("0000000011", Merged(new MixtureOptions { MergedSteps = 0.2 }));
        Assert.AreEqual("1111111111", Merged(new MixtureOptions { MergedSteps = 1 }));
        Assert.AreEqual("0000000000", Merged(MixtureOptions.Published));
        Assert.AreEqual("0000000000", Merged(new MixtureOptions { MergedSteps = 1, Sharing = ExpertSharing.Both }));
        Assert.AreEqual("0000000000", Merged(new MixtureOptions { MergedSteps = 1, Routing = ExpertRouting.Fixed }));
        Assert.AreEqual("0000000000", Merged(new MixtureOptions { MergedSteps = 1, Experts = 1 }));
    }

    [TestMethod]
    public void A_step_of_a_task_that_learns_nothing_from_consistency_makes_one_pass()
    {
        Assert.AreEqual(1, new MixtureSchedule(new MixtureOptions(), learnsFromConsistency: false, 10).At(3).Passes);
        Assert.AreEqual(2, new MixtureSchedule(new MixtureOptions(), learnsFromConsistency: true, 10).At(3).Passes);
    }

    [TestMethod]
    [DataRow(nameof(ExpertSharing.Up))]
    [DataRow(nameof(ExpertSharing.None))]
    public void A_merged_step_has_the_gradient_of_the_plain_adapter_with_the_mean_weights_shared_out_among_the_experts(string sharing)
    {
        MixtureOptions mixture = new() { Experts = 3, Sharing = Enum.Parse<ExpertSharing>(sharing) };
        using ReferenceModel model = TinyTraining.Model(Adapter, mixture);
        using ReferenceModel plain = TinyTraining.Model(Adapter, mixture with { Experts = 1 });
        foreach ((ExpertTensor experts, ExpertTensor one) in model.Classifier.Tuning.Tensors.Zip(plain.Classifier.Tuning.Tensors))
        {
            ReferenceModel.Set(one.Parameters[0], new MergedExperts().Select(experts).ToArray());
        }

        foreach ((TrainableParameter theirs, TrainableParameter ours) in
            model.Classifier.Head.Parameters.Zip(plain.Classifier.Head.Parameters))
        {
            ReferenceModel.Set(ours, theirs.Value.ToArray());
        }

        (float[] losses, Dictionary<string, float[]> gradients) = Gradients(model, new MixtureStep(1, IsMerged: true));
        (float[] expectedLosses, Dictionary<string, float[]> expected) = Gradients(plain, new MixtureStep(0));
        Golden.AssertClose(expectedLosses, losses, 1e-6, "losses");
        foreach ((ExpertTensor experts, ExpertTensor one) in model.Classifier.Tuning.Tensors.Zip(plain.Classifier.Tuning.Tensors))
        {
            float[] whole = expected[one.Parameters[0].Name];
            foreach (TrainableParameter expert in experts.Parameters)
            {
                Golden.AssertClose(
                    Array.ConvertAll(whole, value => value / experts.Parameters.Count), gradients[expert.Name], 1e-6, expert.Name);
            }
        }
    }

    [TestMethod]
    public void With_both_passes_supervised_the_gradient_is_the_mean_of_supervising_one_and_the_other()
    {
        ClassificationTask task = new(3, 0);
        MixtureOptions mixture = new() { Experts = 3, Supervision = SupervisedPasses.Both };
        using ReferenceModel both = TinyTraining.Model(Adapter, mixture);
        using ReferenceModel first = TinyTraining.Model(Adapter, mixture with { Supervision = SupervisedPasses.First });
        (float[] losses, Dictionary<string, float[]> gradients) = Gradients(both, new MixtureStep(1));
        (float[] ofFirst, Dictionary<string, float[]> gradientsOfFirst) = Gradients(first, new MixtureStep(1));

        // The term that both have in common counts nothing at a vanishing weight, and the first pass's loss is twice the mean less the
        // second's.
        (float[] bare, Dictionary<string, float[]> bareGradients) = Gradients(both, new MixtureStep(1e-12));
        (float[] bareFirst, Dictionary<string, float[]> bareFirstGradients) = Gradients(first, new MixtureStep(1e-12));
        Assert.AreNotEqual(ofFirst[0], losses[0], 1e-4f);
        Assert.AreEqual(ofFirst[1], losses[1], 1e-6f);
        Assert.AreEqual(bareFirst[0], ofFirst[0], 1e-6f);
        foreach ((string name, float[] gradient) in gradients.Where(gradient => gradientsOfFirst[gradient.Key].Length > 0))
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.AreEqual(
                    gradientsOfFirst[name][i] - bareFirstGradients[name][i], gradient[i] - bareGradients[name][i], 1e-6f, name);
            }
        }

        using ReferenceModel swapped = TinyTraining.Model(Adapter, mixture with { Supervision = SupervisedPasses.First });
        Assert.AreEqual(bare[0], (bareFirst[0] + SecondPassLoss(swapped, task)) / 2, 1e-5f);
    }

    [TestMethod]
    public void Supervising_both_passes_without_routes_and_dropout_is_supervising_one()
    {
        MixtureOptions mixture = MixtureOptions.None with { ConsistencyWeight = 4 };
        using ReferenceModel first = TinyTraining.Model(Adapter, mixture);
        using ReferenceModel both = TinyTraining.Model(Adapter, mixture with { Supervision = SupervisedPasses.Both });
        (float[] expected, _) = TinyTraining.Train(first, TinyTraining.Classes(16), TinyTraining.Settings());
        (float[] actual, _) = TinyTraining.Train(both, TinyTraining.Classes(16), TinyTraining.Settings());
        Golden.AssertClose(expected, actual, 1e-5, "losses");
    }

    // The loss of the second pass: that of the first one, where the first route is drawn away.
    private static float SecondPassLoss(ReferenceModel model, ClassificationTask task)
    {
        TrainingRows rows = TinyTraining.Classes(8);
        (float[] losses, _) = TinyTraining.Gradients(
            model, task, rows, TinyTraining.Settings(), step: new MixtureStep(0), skippedRoutes: 1);
        return losses[0];
    }

    private static (float[] Losses, Dictionary<string, float[]> Gradients) Gradients(ReferenceModel model, MixtureStep step) =>
        TinyTraining.Gradients(model, new ClassificationTask(3, 0), TinyTraining.Classes(8), TinyTraining.Settings(), step: step);

    private static string Merged(MixtureOptions mixture)
    {
        MixtureSchedule schedule = new(mixture, learnsFromConsistency: true, 10);
        return string.Concat(Enumerable.Range(0, 10).Select(step => schedule.At(step).IsMerged ? '1' : '0'));
    }
}
