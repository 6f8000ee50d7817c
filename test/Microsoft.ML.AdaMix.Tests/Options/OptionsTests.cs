namespace Microsoft.ML.AdaMix.Tests.Options;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    public void All_problems_are_reported_at_once_and_by_name()
    {
        AdaMixOptions options = new()
        {
            TextColumnName = string.Empty,
            Epochs = 0,
            BatchSize = -1,
            LearningRate = double.NaN,
            Method = new AdapterTuning { Bottleneck = 0 },
            MaxLength = 2,
            Beta2 = 1,
            Mixture = new MixtureOptions { Experts = 17, ConsistencyWeight = -1, Sharing = (ExpertSharing)8 },
            EarlyStoppingPatience = 0,
            MicroBatchSize = 0,
            FrozenCacheMegabytes = -1,
        };
        ArgumentException error = Refused(options);
        string[] names =
        [
            "TextColumnName", "Epochs", "BatchSize", "LearningRate", "Bottleneck", "MaxLength", "Beta2", "Mixture.Experts",
            "Mixture.ConsistencyWeight", "Mixture.Sharing", "EarlyStoppingPatience", "MicroBatchSize", "FrozenCacheMegabytes",
        ];
        foreach (string name in names)
        {
            StringAssert.Contains(error.Message, name, StringComparison.Ordinal);
        }

        StringAssert.Contains(error.Message, "13 problems", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_column_named_as_another_one_is_refused_when_the_trainer_is_made()
    {
        AdaMixOptions pairs = new() { SecondTextColumnName = "Second", ExampleWeightColumnName = "Weight" };
        (AdaMixOptions Options, string Named)[] clashes =
        [
            (pairs with { ScoreColumnName = "Label" }, "ScoreColumnName is 'Label'"),
            (pairs with { LabelColumnName = "Score" }, "ScoreColumnName is 'Score'"),
            (pairs with { PredictedLabelColumnName = "Label" }, "PredictedLabelColumnName is 'Label'"),
            (pairs with { LogitsColumnName = "Text" }, "LogitsColumnName is 'Text'"),
            (pairs with { LogitsColumnName = "Second" }, "LogitsColumnName is 'Second'"),
            (pairs with { EmbeddingColumnName = "Weight" }, "EmbeddingColumnName is 'Weight'"),
            (pairs with { EmbeddingColumnName = "Score" }, "EmbeddingColumnName is 'Score'"),
            (pairs with { LogitsColumnName = "X", EmbeddingColumnName = "X" }, "EmbeddingColumnName is 'X'"),
            (pairs with { LabelColumnName = "Text" }, "LabelColumnName is 'Text'; expected another column than the text's"),
            (pairs with { LabelColumnName = "Second" }, "LabelColumnName is 'Second'; expected another column than the text's"),
            (pairs with { SecondTextColumnName = "Text" }, "SecondTextColumnName is 'Text'; expected another column than the text's"),
            (pairs with { ExampleWeightColumnName = "Label" }, "ExampleWeightColumnName is 'Label'; expected another column than the"),
            (pairs with { ExampleWeightColumnName = "Text" }, "ExampleWeightColumnName is 'Text'"),
            (pairs with { ExampleWeightColumnName = "Second" }, "ExampleWeightColumnName is 'Second'"),
        ];
        foreach ((AdaMixOptions options, string named) in clashes)
        {
            StringAssert.Contains(Refused(options).Message, named, StringComparison.Ordinal);
        }

        AdaMixOptions probability = new() { LogitsColumnName = "Probability", EmbeddingColumnName = "PredictedLabels" };
        Assert.IsNotNull(new MLContext().MulticlassClassification.Trainers.AdaMix(probability));
        Assert.IsNotNull(new MLContext().Regression.Trainers.AdaMix(new AdaMixOptions { LogitsColumnName = "PredictedLabel" }));
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext().BinaryClassification.Trainers.AdaMix(probability));
    }

    [TestMethod]
    public void Experts_for_a_method_without_weights_to_average_are_refused_and_left_out_by_default()
    {
        AdaMixOptions options = new() { Method = new FullFineTuning(), Mixture = new MixtureOptions { Experts = 4 } };
        ArgumentException error = Refused(options);
        StringAssert.Contains(error.Message, "Mixture.Experts is 4", StringComparison.Ordinal);
        options = options with { Mixture = null };
        Assert.AreEqual(1, options.EffectiveMixture.Experts);
        Assert.AreEqual(0, options.EffectiveMixture.ConsistencyWeight);
        Assert.IsNull(new AdaMixOptions().EffectiveMixture.Experts);
        Assert.AreEqual(4, new AdaMixOptions().EffectiveMixture.ExpertCount);
    }

    [TestMethod]
    public void Regression_refuses_what_only_classes_have()
    {
        AdaMixOptions options = new() { LabelSmoothing = 0.1, ClassWeights = ClassWeights.Balanced };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Regression.Trainers.AdaMix(options));
        StringAssert.Contains(error.Message, "2 problems", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_default_options_are_valid() => OptionsValidator.Validate(new AdaMixOptions());

    [TestMethod]
    public void The_short_overload_sets_what_it_says()
    {
        Assert.IsNotNull(new MLContext().MulticlassClassification.Trainers.AdaMix("Label", "Text", epochs: 3));
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.AdaMix(epochs: 0));
    }

    [TestMethod]
    public void A_seed_comes_from_the_options_then_from_the_context()
    {
        Assert.AreEqual(5, new MLContext(seed: 4).MulticlassClassification.Trainers.AdaMix(new AdaMixOptions { Seed = 5 }).Seed);
        Assert.AreEqual(4, new MLContext(seed: 4).MulticlassClassification.Trainers.AdaMix(new AdaMixOptions()).Seed);
        Assert.AreEqual(0, new MLContext().MulticlassClassification.Trainers.AdaMix(new AdaMixOptions()).Seed);
    }

    private static ArgumentException Refused(AdaMixOptions options) =>
        Assert.ThrowsExactly<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.AdaMix(options));
}
