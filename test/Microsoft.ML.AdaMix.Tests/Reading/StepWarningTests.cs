using System.Text.Json;
using Microsoft.ML.AdaMix.Reading;
using Microsoft.ML.AdaMix.Tests.Trainers;
using Microsoft.ML.AdaMix.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AdaMix.Tests.Reading;

[TestClass]
public class StepWarningTests
{
    [TestMethod]
    public void Too_few_steps_for_the_experts_are_warned_of_with_the_epochs_to_take()
    {
        string warning = Warnings(Rows.Quick() with { MaxLength = 128 }).Single();

        Assert.Contains(
            "16 rows in 1 epoch give too few steps for 2 experts: 1, where about 75 an expert are wanted. Raise Epochs to 150 or more",
            warning);
    }

    [TestMethod]
    [DataRow(10, 1)]
    [DataRow(149, 1)]
    [DataRow(150, 2)]
    [DataRow(299, 3)]
    [DataRow(300, 4)]
    [DataRow(1_000_000_000_000, 4)]
    public void The_number_of_experts_follows_from_the_steps_where_nobody_set_it(long steps, int experts)
    {
        Assert.AreEqual(experts, new MixtureOptions().WithExperts(steps).Experts);
        Assert.AreEqual(7, new MixtureOptions { Experts = 7 }.WithExperts(steps).Experts);
        Assert.AreEqual(4, new MixtureOptions { Sharing = ExpertSharing.Both }.WithExperts(steps).Experts, "they do not take turns");
    }

    [TestMethod]
    [DataRow(1, 480)]
    [DataRow(100, 69)]
    [DataRow(752, 11)]
    [DataRow(753, 10)]
    [DataRow(100_000, 10)]
    public void The_number_of_epochs_follows_from_the_rows_where_nobody_set_it(int rows, int epochs)
    {
        AdaMixOptions options = new AdaMixOptions().For(rows);
        Assert.AreEqual((epochs, 4), (options.Epochs, options.Mixture!.Experts));
        Assert.AreEqual(3, new AdaMixOptions { Epochs = 3 }.For(rows).Epochs);
        Assert.AreEqual(epochs, new AdaMixOptions { BatchSize = 4096 }.For(rows).Epochs, "no dearer with large batches");
    }

    [TestMethod]
    [DataRow(1, 12)]
    [DataRow(128, 12)]
    [DataRow(300, 5.1)]
    [DataRow(749, 2.1)]
    [DataRow(750, 2)]
    [DataRow(100_000, 2)]
    public void So_does_the_weight_of_the_consistency(int rows, double weight)
    {
        double? Weight(AdaMixOptions options) => options.For(rows).Mixture!.ConsistencyWeight;
        Assert.AreEqual(weight, Weight(new AdaMixOptions()));
        Assert.AreEqual(weight, Weight(new AdaMixOptions { Epochs = 3, Mixture = new MixtureOptions { Experts = 2 } }));
        Assert.AreEqual(0.5, Weight(new AdaMixOptions { Mixture = new MixtureOptions { ConsistencyWeight = 0.5 } }));
        Assert.AreEqual(2, Weight(new AdaMixOptions { Template = new PromptTemplate() }));
        Assert.AreEqual(1, Weight(AdaMixOptions.Published()));
        Assert.AreEqual(0, Weight(new AdaMixOptions { Method = new FullFineTuning() }));
        Assert.AreEqual(weight, Weight(new AdaMixOptions { Method = new FullFineTuning(), Mixture = new MixtureOptions() }), "R-Drop");
    }

    [TestMethod]
    public void A_training_on_few_rows_takes_as_many_epochs_as_it_wants_says_so_and_writes_it_down()
    {
        MLContext ml = new(seed: 1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.RawMessage);
        AdaMixOptions options = Rows.Tiny() with { Mixture = new MixtureOptions(), Epochs = null, BatchSize = 1 };
        ITransformer model = Rows.Pipeline(ml, options).Fit(
            ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food")));
        using AdaMixTransformer tuned = AdaMixTransformer.FindIn(model).Single();
        Assert.Contains("Takes 30 epochs instead of 10 for 16 rows, 480 steps in all. Epochs sets a number.", said);
        Assert.Contains("Takes a consistency of 12 instead of 2 for 16 rows. Mixture.ConsistencyWeight sets a number.", said);
        AdaMixOptions written = JsonSerializer.Deserialize<AdaMixOptions>(tuned.Training!.OptionsJson)!;
        Assert.AreEqual((30, 4, 12), (written.Epochs, written.Mixture!.Experts, written.Mixture.ConsistencyWeight));
        Assert.AreEqual(30, tuned.Training.Epochs);
    }

    [TestMethod]
    public void A_consistency_is_told_where_it_follows_from_few_rows_alone()
    {
        string Told(int rows, AdaMixOptions options) =>
            string.Join(' ', Said(channel => TrainingLog.SayConsistency(channel, options, rows)));
        AdaMixOptions set = new() { Mixture = new MixtureOptions { ConsistencyWeight = 4 } };
        Assert.AreEqual(
            "Takes a consistency of 5.1 instead of 2 for 300 rows. Mixture.ConsistencyWeight sets a number.",
            Told(300, new AdaMixOptions()));
        Assert.AreEqual("", Told(750, new AdaMixOptions()));
        Assert.AreEqual("", Told(300, new AdaMixOptions { Template = new PromptTemplate() }));
        Assert.AreEqual("", Told(300, set));
        Assert.AreEqual("", Told(300, new AdaMixOptions { Method = new FullFineTuning() }));
    }

    [TestMethod]
    public void The_number_of_rows_of_a_regression_changes_no_consistency_since_it_has_none()
    {
        MLContext ml = new(seed: 1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.RawMessage);
        AdaMixOptions options = Rows.Tiny() with { Mixture = new MixtureOptions(), Epochs = 1 };
        IDataView rows = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 8).Select(number => new Scored { Text = $"row {number}", Label = number }));
        using AdaMixTransformer tuned = ml.Regression.Trainers.AdaMix(options).Fit(rows);
        Assert.DoesNotContain(line => line.StartsWith("Takes a consistency", StringComparison.Ordinal), said);
        AdaMixOptions written = JsonSerializer.Deserialize<AdaMixOptions>(tuned.Training!.OptionsJson)!;
        Assert.AreEqual(2, written.Mixture!.ConsistencyWeight);
    }

    [TestMethod]
    public void A_training_takes_as_many_experts_as_it_has_steps_for_says_so_and_writes_it_down()
    {
        MLContext ml = new(seed: 1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.RawMessage);
        AdaMixOptions options = Rows.Tiny() with { Mixture = new MixtureOptions(), Epochs = 5, BatchSize = 1 };
        ITransformer model = Rows.Pipeline(ml, options).Fit(
            ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food")));
        using AdaMixTransformer tuned = AdaMixTransformer.FindIn(model).Single();
        Assert.Contains(
            "Takes 1 expert instead of 4 for 80 steps, of which each wants 75. More Epochs allow more; Mixture.Experts sets a number.",
            said);
        Assert.AreEqual(1, JsonSerializer.Deserialize<AdaMixOptions>(tuned.Training!.OptionsJson)!.Mixture!.Experts);
    }

    [TestMethod]
    public void Too_few_steps_for_one_expert_are_said_once_with_what_several_want()
    {
        AdaMixOptions options = new() { Epochs = 2, BatchSize = 8, Mixture = new MixtureOptions() };
        Assert.AreEqual(
            "20 rows in 2 epochs give too few steps: 6, where about 75 are wanted. Raise Epochs to 25 or more. There is 1 expert "
            + "instead of 4, which want 100 epochs.",
            Said(20, options).Single());
    }

    [TestMethod]
    [DynamicData(nameof(WithOneExpert))]
    public void A_training_without_a_choice_of_experts_is_not_told_of_any(AdaMixOptions options) => Assert.AreEqual(
        "20 rows in 2 epochs give too few steps: 6, where about 75 are wanted. Raise Epochs to 25 or more.",
        Said(20, options with { Epochs = 2, BatchSize = 8 }).Single());

    [TestMethod]
    public void Enough_steps_are_not_warned_of()
    {
        AdaMixOptions options = new() { Method = new HeadOnlyTuning(), Epochs = 5, BatchSize = 1, MaxLength = 128, Seed = 1 };

        Assert.IsEmpty(Warnings(options)); // 80 steps, and a head is one expert
    }

    private static IEnumerable<object[]> WithOneExpert =>
    [
        [new AdaMixOptions { Method = new HeadOnlyTuning() }],
        [new AdaMixOptions { Method = new FullFineTuning(), Mixture = new MixtureOptions { ConsistencyWeight = 4 } }],
        [new AdaMixOptions { Mixture = MixtureOptions.None }],
        [new AdaMixOptions { Mixture = new MixtureOptions { Experts = 4, Sharing = ExpertSharing.Both } }],
    ];

    // Before training begins.
    private static List<string> Said(int rows, AdaMixOptions options) => Said(channel =>
    {
        TrainingLog.SayExperts(channel, options.EffectiveMixture, options.Steps(rows));
        DataCheck.CheckSteps(rows, options.EffectiveMixture, options, channel);
    });

    private static List<string> Said(Action<IChannel> speak)
    {
        MLContext ml = new(seed: 1);
        List<string> said = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind != ChannelMessageKind.Trace) // that the channel opens and closes
            {
                said.Add(entry.RawMessage);
            }
        };
        using IChannel channel = ((IHostEnvironment)ml).Start("test");
        speak(channel);
        return said;
    }

    private static List<string> Warnings(AdaMixOptions options)
    {
        MLContext ml = new(seed: 1);
        List<string> warnings = [];
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(entry.RawMessage);
            }
        };
        Rows.Pipeline(ml, options).Fit(ml.Data.LoadFromEnumerable(Rows.Topics("train.tsv", 16, "animal", "food")));
        return warnings;
    }

    private sealed class Scored
    {
        public string Text { get; set; } = "";

        public float Label { get; set; }
    }
}
