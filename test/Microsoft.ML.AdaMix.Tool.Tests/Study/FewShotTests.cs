using Microsoft.ML.AdaMix.Tool.Data;
using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.SetFit;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class FewShotTests
{
    private static readonly StudyFiles Files = new("", "", "test.tsv", new ColumnNames());
    private static readonly EncoderReference Sentences = new("sentences", "AB");

    [TestMethod]
    public void Seeds_train_on_the_split_of_their_number()
    {
        using TemporaryFolder folder = new();
        string set = Splits(folder, "set", [4, 6], 2);
        StudyData data = StudyData.ReadSplits(set, Files, [4, 6], 2, null, _ => { });
        Assert.AreEqual("a 4 2 0", data.Draw(4, 2).Rows[0].Text);
        Assert.AreEqual("a 6 1 0", data.Draw(6, 1).Rows[0].Text);
        Assert.AreEqual(6, data.Draw(6, 2).Count);
        Assert.AreEqual(10, data.Test.Count);

        // What is trained now says nothing of what else is there: the study can be gone on with more splits.
        Assert.AreEqual(data.Reference, StudyData.ReadSplits(set, Files, [4], 1, null, _ => { }).Reference);
    }

    [TestMethod]
    public void A_split_that_is_not_there_is_said_with_those_that_are()
    {
        using TemporaryFolder folder = new();
        string set = Splits(folder, "set", [4], 1);
        string message = Assert.ThrowsExactly<FileNotFoundException>(
            () => StudyData.ReadSplits(set, Files, [4], 2, null, _ => { })).Message;
        StringAssert.Contains(message, "train-k4-seed2.tsv", StringComparison.Ordinal);
        StringAssert.Contains(message, "The folder has train-k4-seed1.tsv.", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(300, 10, 4, 100)]
    [DataRow(300, 30, 4, 38)]
    [DataRow(5, 30, 4, 1)]
    public void Epochs_have_the_steps_that_are_wanted(int steps, int rows, int batchSize, int epochs) =>
        Assert.AreEqual(epochs, StepCount.Epochs(steps, rows, batchSize));

    [TestMethod]
    public void Templates_epochs_and_encoders_are_where_they_belong()
    {
        PromptTemplate template = new() { Text = "{text} So {mask}." };
        StudyTable table = FewShotVariants.Table(
            FewShotVariants.Default, Trials.Published with { Options = new AdaMixOptions { BatchSize = 4 } }, Sentences, 300,
            _ => template);
        TrialConfiguration[] trials = [.. table.Variants.Select(variant => variant.At(Trials.Setting with { Rows = 20 }, 3))];
        Assert.AreEqual("template-adamix", table.Variants[table.Reference].Name);
        for (int i = 0; i < trials.Length; i++)
        {
            string name = table.Variants[i].Name;
            bool isSetFit = name == "setfit";
            Assert.AreEqual(isSetFit, trials[i].SetFit is not null, name);
            Assert.AreEqual(isSetFit ? Sentences : Trials.Published.Encoder, trials[i].Encoder, name);
            Assert.AreEqual(name.StartsWith("template-", StringComparison.Ordinal) ? template : null, trials[i].Options.Template, name);
            Assert.AreEqual(isSetFit ? 10 : 60, trials[i].Options.Epochs, name);
            Assert.AreEqual((20, 3), (trials[i].Rows, trials[i].Seed));
        }

        Assert.HasCount(trials.Length, trials.Select(trial => trial.Key).Distinct());
        Assert.AreEqual(new MixtureOptions { ConsistencyWeight = 2 }, trials[^1].Mixture);
    }

    [TestMethod]
    public void Pairs_are_for_methods_with_a_new_head_alone_and_refused_behind_a_templates_name()
    {
        TrialConfiguration common = Trials.Published with { Options = Trials.Published.Options with { ContrastiveRounds = 2 } };
        StudyTable table = FewShotVariants.Table(
            ["head", "adamix", "template-adamix"], common, Sentences, 300, _ => new PromptTemplate());
        int[] rounds = [.. table.Variants.Select(
            variant => variant.ForSetting!(new StudySetting(common.Data, 10)).Options.ContrastiveRounds)];
        CollectionAssert.AreEqual((int[])[0, 2, 0], rounds);
        StringAssert.Contains(
            Assert.ThrowsExactly<UsageException>(() => FewShotVariants.Table(
                ["template-adamix:contrastive-rounds=2"], Trials.Published, Sentences, 300, _ => new PromptTemplate())).Message,
            "has no effect: a template has no new head", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("template-setfit")]
    [DataRow("template-")]
    [DataRow("templates")]
    public void An_unknown_method_is_called_as_it_was_given(string name) => StringAssert.Contains(
        Assert.ThrowsExactly<UsageException>(
            () => FewShotVariants.Table([name], Trials.Published, Sentences, 300, _ => new PromptTemplate())).Message,
        $"--methods names '{name}'", StringComparison.Ordinal);

    [TestMethod]
    public void A_method_has_no_epochs_of_its_own() => Assert.Contains(
        "'houlsby:epochs=5'; epochs follow from --steps and K", Assert.ThrowsExactly<UsageException>(
            () => FewShotVariants.Table(["houlsby:epochs=5"], Trials.Published, Sentences, 300, _ => new PromptTemplate())).Message);

    [TestMethod]
    public void The_same_method_with_and_without_a_template_is_two_trainings_and_with_two_names_one()
    {
        StudyTable Table(params string[] names) =>
            FewShotVariants.Table(names, Trials.Published, Sentences, 300, _ => new PromptTemplate());
        Assert.HasCount(2, Table("full", "template-full").Variants);
        Assert.Contains("'template-full' and 'template-FULL'", Assert.ThrowsExactly<UsageException>(
            () => Table("full", "template-full", "template-FULL")).Message);
    }

    [TestMethod]
    public void Optimisation_of_other_methods_makes_no_other_trial_of_setfit()
    {
        TrialConfiguration Trial(AdaMixOptions options) => MethodVariants.Table(
            ["setfit"], Trials.Published with { Options = options, BestEpoch = true }).Variants[0].At(Trials.Setting, 1);
        TrialConfiguration plain = Trial(new AdaMixOptions());
        Assert.AreEqual(plain.Key, Trial(new AdaMixOptions { Epochs = 3, LearningRate = 1e-3, BatchSize = 8 }).Key);
        Assert.AreNotEqual(plain.Key, Trial(new AdaMixOptions { MaxLength = 64 }).Key);
        Assert.AreEqual(new SetFitSettings(), plain.SetFit);
    }

    /// <summary>A folder of splits whose texts say where they stand.</summary>
    internal static string Splits(TemporaryFolder folder, string name, int[] sizes, int splits)
    {
        foreach (int rows in sizes)
        {
            for (int split = 1; split <= splits; split++)
            {
                folder.Write(Path.Combine(name, $"train-k{rows}-seed{split}.tsv"), "label\ttext\n" + string.Concat(
                    Enumerable.Range(0, rows).Select(row => $"{(row % 2 == 0 ? "animal" : "tool")}\ta {rows} {split} {row}\n")));
            }
        }

        folder.Write(Path.Combine(name, "test.tsv"), Texts.Tsv(10));
        return folder.At(name);
    }
}
