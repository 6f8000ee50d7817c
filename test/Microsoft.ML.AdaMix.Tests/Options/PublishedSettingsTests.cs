namespace Microsoft.ML.AdaMix.Tests.Options;

/// <summary>The reference stays one line away, whatever the defaults become.</summary>
[TestClass]
public sealed class PublishedSettingsTests
{
    [TestMethod]
    public void The_published_method_has_its_own_mixture_whatever_the_default_is()
    {
        AdaMixOptions options = AdaMixOptions.Published();
        Assert.AreEqual(new AdapterTuning { Bottleneck = 16, Placement = AdapterPlacement.FeedForward }, options.Method);
        MixtureOptions mixture = options.Mixture!;
        Assert.AreEqual(
            (4, ExpertSharing.Up, ExpertRouting.Batch, 1.0, 0.0, SupervisedPasses.First, 0.0),
            (mixture.Experts, mixture.Sharing, mixture.Routing, mixture.ConsistencyWeight, mixture.ConsistencyRampUp, mixture.Supervision,
                mixture.MergedSteps));
        Assert.AreEqual(HeadStart.Random, options.HeadStart);
        OptionsValidator.Validate(options);
    }

    [TestMethod]
    public void The_two_published_commands_are_what_they_say()
    {
        AdaMixOptions large = AdaMixOptions.Published(PublishedEncoder.RobertaLarge, GlueTask.Mnli);
        Assert.AreEqual((3e-4, 20, 64, 0.06, 0.1, 128), Told(large));
        Assert.AreEqual(16, ((AdapterTuning)large.Method).Bottleneck);
        AdaMixOptions small = AdaMixOptions.Published(PublishedEncoder.BertBase, GlueTask.Mnli);
        Assert.AreEqual((4e-4, 40, 64, 0.06, 0.1, 128), Told(small));
        Assert.AreEqual(48, ((AdapterTuning)small.Method).Bottleneck);
        Assert.AreEqual(MixtureOptions.Published, small.Mixture);
    }

    [TestMethod]
    public void Every_run_whose_rate_is_known_is_valid_and_the_other_one_is_refused()
    {
        foreach (PublishedEncoder encoder in Enum.GetValues<PublishedEncoder>())
        {
            foreach (GlueTask task in Enum.GetValues<GlueTask>().Where(
                task => (encoder, task) != (PublishedEncoder.RobertaLarge, GlueTask.Qqp)))
            {
                OptionsValidator.Validate(AdaMixOptions.Published(encoder, task));
            }
        }

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => AdaMixOptions.Published(PublishedEncoder.RobertaLarge, GlueTask.Qqp));
        Assert.Contains("The learning rate of RobertaLarge on Qqp is not known", error.Message);
        Assert.AreEqual(
            0, AdaMixOptions.Published(PublishedEncoder.RobertaLarge, GlueTask.Stsb).Mixture!.ConsistencyWeight);
    }

    [TestMethod]
    public void An_encoder_or_task_that_there_is_not_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdaMixOptions.Published((PublishedEncoder)7, GlueTask.Mnli));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdaMixOptions.Published(PublishedEncoder.BertBase, (GlueTask)99));
    }

    private static (double?, int, int, double, double, int) Told(AdaMixOptions options) => (
        options.LearningRate, options.Epochs!.Value, options.BatchSize, options.WarmupRatio, options.WeightDecay, options.MaxLength);
}
