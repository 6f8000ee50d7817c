using Microsoft.ML.AdaMix.Tool.Settings;
using Microsoft.ML.AdaMix.Tool.Study;

namespace Microsoft.ML.AdaMix.Tool.Tests.Study;

[TestClass]
public sealed class StudyPlanTests
{
    private static readonly AblationTables Ablations = new(Trials.Published);

    // The key names results on disk: if it changes, studies that were begun are run anew.
    [TestMethod]
    public void The_key_of_a_configuration_is_the_same_in_every_version() => Assert.AreEqual(
        "fb87e2af99a0051d", (Trials.Published with { Options = Trials.Published.Options with { Epochs = 10 } }).Key);

    [TestMethod]
    public void The_device_is_no_part_of_a_trial() => Assert.AreEqual(
        Trials.Published.Key,
        (Trials.Published with { Options = Trials.Published.Options with { Device = TrainingDevice.Cpu } }).Key);

    [TestMethod]
    public void A_study_knows_a_folder_by_the_hash_that_the_library_gives_it_and_the_embedded_encoder_by_its_name()
    {
        PretrainedEncoder folder = PretrainedEncoder.FromFolder(
            Path.Combine(Reference.Repository, "src", "Microsoft.ML.AdaMix.RobertaMini", "content"));

        Assert.AreEqual(new EncoderReference("content", PretrainedEncoder.RobertaMini.ComputeSha256()), EncoderReference.From(folder));
        Assert.AreEqual(new EncoderReference("roberta-mini", null), EncoderReference.From(PretrainedEncoder.RobertaMini));
    }

    [TestMethod]
    public void The_key_tells_every_setting_from_every_other()
    {
        TrialConfiguration published = Trials.Published;
        TrialConfiguration[] others =
        [
            published with { Seed = 1 },
            published with { Rows = 100 },
            published with { BestEpoch = true },
            published with { Data = published.Data with { Fingerprint = "other" } },
            published with { Encoder = published.Encoder with { Sha256 = "other" } },
            published with { Method = new AdapterTuning { Bottleneck = 8 } },
            published with { Mixture = published.Mixture with { Sharing = ExpertSharing.Down } },
            published with { Mixture = published.Mixture with { Routing = ExpertRouting.Token } },
            published with { Options = published.Options with { Epochs = 20 } },
            published with { Options = published.Options with { Precision = TrainingPrecision.BFloat16 } },
        ];
        Assert.AreEqual(others.Length + 1, others.Append(published).Select(trial => trial.Key).Distinct().Count());
    }

    [TestMethod]
    public void What_several_tables_need_is_trained_once()
    {
        IReadOnlyList<StudyTable> tables = Ablations.Find("all");
        IReadOnlyList<PlannedTrial> plan = StudyPlan.Create(tables, [Trials.Setting], seeds: 1);

        // 1 published; 5 more of table 8; 4 more of table 9; 3 more of table 10; 2 more of table 11 (share none is in table 8); 3 of figure
        // 7; 10 of the recipe.
        Assert.HasCount(28, plan);
        AdaMixOptions options = Trials.Published.Options with { Epochs = 10 };
        PlannedTrial published = plan.Single(trial => trial.Configuration == Trials.Published with { Seed = 1, Options = options });
        int inferences = 1 + AblationTables.RoutesOfFigure5 + 1 + 1 + 4 + 1;
        Assert.HasCount(inferences, published.Inferences);
        Assert.IsTrue(published.KeepsExperts);
        Assert.AreEqual(1, plan.Count(trial => trial.KeepsExperts));
    }

    [TestMethod]
    public void Seeds_come_one_after_another_and_settings_within_them()
    {
        StudySetting[] settings = [Trials.Setting with { Rows = 100 }, Trials.Setting with { Rows = 300 }];
        (int Seed, int? Rows)[] order = [.. StudyPlan.Create(Ablations.Find("table11"), settings, seeds: 2).Select(
            trial => (trial.Configuration.Seed, trial.Configuration.Rows)).Distinct()];
        CollectionAssert.AreEqual(new (int, int?)[] { (1, 100), (1, 300), (2, 100), (2, 300) }, order);
    }

    [TestMethod]
    [DataRow(null, 10)]
    [DataRow(1000, 10)]
    [DataRow(100, 69)]
    public void Without_consistency_the_same_time_is_twice_the_epochs(int? rows, int epochs)
    {
        StudyTable table = Ablations.Find("table8").Single();
        StudySetting setting = Trials.Setting with { TrainingCount = rows };
        TrialConfiguration doubled = table.Variants[^1].At(setting, 1);
        Assert.AreEqual((0.0, 2 * epochs), (doubled.Mixture.ConsistencyWeight, doubled.Options.Epochs));
        Assert.AreEqual(ExpertSharing.None, doubled.Mixture.Sharing);
        Assert.AreEqual(epochs, table.Variants[1].At(setting, 1).Options.Epochs);
    }

    [TestMethod]
    public void Epochs_that_follow_from_the_rows_are_the_same_trial_as_those_that_are_given()
    {
        string Key(int? epochs, int rows) => new Variant(
            "", Trials.Published with { Options = Trials.Published.Options with { Epochs = epochs } }, [])
            .At(Trials.Setting with { TrainingCount = rows }, 1).Key;
        Assert.AreEqual(Key(10, 1000), Key(null, 1000));
        Assert.AreEqual(Key(69, 100), Key(null, 100));
        Assert.AreNotEqual(Key(10, 100), Key(null, 100));
    }

    [TestMethod]
    public void So_is_a_consistency_that_follows_from_them()
    {
        string Key(double? weight, int rows) => new Variant(
            "", Trials.Published with { Mixture = new MixtureOptions { ConsistencyWeight = weight } }, [])
            .At(Trials.Setting with { TrainingCount = rows }, 1).Key;
        Assert.AreEqual(Key(2, 1000), Key(null, 1000));
        Assert.AreEqual(Key(12, 100), Key(null, 100));
        Assert.AreNotEqual(Key(2, 100), Key(null, 100));
    }

    [TestMethod]
    public void Methods_that_are_the_same_training_on_a_setting_are_told()
    {
        StudyTable table = MethodVariants.Table(["adamix", "adamix:consistency=12", "adamix:consistency=2"], Trials.Published);
        StudySetting few = Trials.Setting with { Rows = 100, TrainingCount = 100 };
        string told = StudyCheck.Twins([table], [few, Trials.Setting]).First();
        Assert.AreEqual($"'adamix' and 'adamix:consistency=12' are the same training on {few.Title}; it runs once.", told);
        Assert.HasCount(2, StudyCheck.Twins([table], [few, Trials.Setting]));
        Assert.IsEmpty(StudyCheck.Twins(Ablations.Find("all"), [Trials.Setting]));
        Assert.IsEmpty(StudyCheck.Twins(Ablations.Find("all"), [few]));
    }

    [TestMethod]
    public void Every_table_compares_with_the_published_setting()
    {
        foreach (StudyTable table in Ablations.Find("all").Where(table => table.Name != RecipeTable.OfDefault))
        {
            Assert.AreEqual(
                Trials.Published with { BestEpoch = table.Name == "figure7" }, table.Variants[table.Reference].Configuration, table.Name);
        }
    }

    [TestMethod]
    public void Lora_has_ranks_where_adapters_have_bottlenecks()
    {
        AblationTables lora = new(Trials.Published with { Method = new LoraTuning() });
        CollectionAssert.AreEqual(new int?[] { 8, 16, 32, 64 },
            lora.Find("table10").Single().Variants.Select(variant => MethodWidth.Get(variant.Configuration.Method)).ToArray());
    }

    [TestMethod]
    public void Compared_methods_are_plain_but_for_those_called_adamix()
    {
        StudyTable table = MethodVariants.Table(["full", "lora", "adamix", "adamix-lora"], Trials.Published);
        CollectionAssert.AreEqual(
            new[] { MixtureOptions.None, MixtureOptions.None, new(), new() },
            table.Variants.Select(variant => variant.Configuration.Mixture).ToArray());
        CollectionAssert.AreEqual(
            new[] { "full", "lora", "houlsby", "lora" }, table.Variants.Select(variant => variant.Configuration.Method.Name).ToArray());
        Assert.AreEqual("adamix", table.Variants[table.Reference].Name);
    }

    [TestMethod]
    [DataRow(0, "full", "lora")]
    [DataRow(1, "full", "adamix:epochs=5", "adamix:epochs=6", "adamix-published")]
    [DataRow(2, "full", "adamix:epochs=5", "adamix", "adamix-published")]
    [DataRow(1, "full", "adamix-published:epochs=5", "adamix-lora")]
    public void Methods_are_compared_with_adamix_where_there_is_one_and_otherwise_with_the_first(int reference, params string[] methods) =>
        Assert.AreEqual(reference, MethodVariants.Table(methods, Trials.Published).Reference);

    [TestMethod]
    public void The_recipe_goes_from_the_published_setting_to_the_default_and_keeps_the_method_that_was_chosen()
    {
        Variant Row(IEnumerable<Variant> rows, string name) => rows.Single(row => row.Name == name);
        IReadOnlyList<Variant> own = Ablations.Find("recipe")[0].Variants;
        Assert.AreEqual(new AdaMixOptions().Method, Row(own, "default").Configuration.Method);
        Assert.AreEqual(new MixtureOptions(), Row(own, "default").Configuration.Mixture);
        Assert.AreEqual(
            MixtureOptions.Published with { Supervision = SupervisedPasses.Both },
            Row(own, "published, both passes supervised").Configuration.Mixture);

        AblationTables lora = new(Trials.Published with { Method = new LoraTuning { Rank = 4 } });
        IReadOnlyList<Variant> others = lora.Find("recipe")[0].Variants;
        Assert.IsTrue(others.All(row => row.Configuration.Method == new LoraTuning { Rank = 4 }));
        Assert.HasCount(own.Count - 2, others, "LoRA has one place");
    }

    [TestMethod]
    public void The_default_without_each_part_is_compared_with_the_default_in_a_table_of_the_same_trials()
    {
        IReadOnlyList<StudyTable> recipe = Ablations.Find("recipe");
        Assert.AreEqual("default", recipe[1].Variants[recipe[1].Reference].Name);
        CollectionAssert.IsSubsetOf(recipe[1].Variants.ToArray(), recipe[0].Variants.ToArray());
        Assert.IsTrue(recipe[1].Variants.All(row => row.Name.StartsWith("default", StringComparison.Ordinal)));
        Assert.HasCount(recipe[0].Variants.Count, StudyPlan.Create(recipe, [Trials.Setting], seeds: 1));
    }

    [TestMethod]
    public void A_trial_is_called_as_in_its_table_and_of_several_tables_with_the_first_of_them()
    {
        CollectionAssert.AreEqual(
            new[] { "full", "adamix" },
            StudyPlan.Create([MethodVariants.Table(["full", "adamix"], Trials.Published)], [Trials.Setting], 1)
                .Select(trial => trial.Name).ToArray());
        string[] names = [.. StudyPlan.Create(Ablations.Find("all"), [Trials.Setting], 1).Select(trial => trial.Name)];
        Assert.HasCount(names.Length, names.Distinct(StringComparer.Ordinal));
        CollectionAssert.Contains(names, "table8: without sharing");
        CollectionAssert.Contains(names, "figure7: without sharing");
        CollectionAssert.Contains(names, "recipe: default without more consistency");
    }

    [TestMethod]
    public void Plus_stands_between_several_values_and_blanks_around_options_do_not_count()
    {
        Variant[] variants = [.. MethodVariants.Table(["lora: matrices = query+value", "lora:matrices=query"], Trials.Published).Variants];
        Assert.AreEqual(new LoraTuning { Matrices = EncoderMatrices.Query | EncoderMatrices.Value }, variants[0].Configuration.Method);
        Assert.AreEqual(new LoraTuning { Matrices = EncoderMatrices.Query }, variants[1].Configuration.Method);
        Assert.AreEqual("lora:matrices = query+value", variants[0].Name);
        Assert.AreEqual(
            1e-3, MethodVariants.Table(["lora:learning-rate=1e-3"], Trials.Published).Variants[0].Configuration.Options.LearningRate);
    }

    [TestMethod]
    [DataRow("lora,LORA", "'lora' and 'LORA', which are the same training")]
    [DataRow("lora,head,lora:rank=8", "'lora' and 'lora:rank=8', which are the same training")]
    [DataRow("full:learning-rate=5e-5,full:learning-rate=0.00005", "which are the same training")]
    public void The_same_training_under_two_names_is_refused_with_both(string list, string expected) => Assert.Contains(
        expected,
        Assert.ThrowsExactly<UsageException>(() => MethodVariants.Table(list.Split(','), Trials.Published)).Message);

    [TestMethod]
    [DataRow("setfit:learning-rate=1e-3", "'setfit:learning-rate=1e-3' sets options; setfit has none of its own.")]
    [DataRow("adamix-head", "'adamix-head'; head has no weights to average. Expected behind 'adamix-': ")]
    [DataRow("adamix-published-head", "'adamix-published-head'; head has no weights to average.")]
    [DataRow("adamix-loro", "Did you mean adamix-lora")]
    public void A_method_that_cannot_have_what_is_asked_of_it_says_why(string name, string expected) => Assert.Contains(
        expected, Assert.ThrowsExactly<UsageException>(() => MethodVariants.Table([name], Trials.Published)).Message);

    [TestMethod]
    public void The_published_method_is_compared_by_its_name_whatever_the_default_is()
    {
        TrialConfiguration published = MethodVariants.Table(["adamix-published"], Trials.Published).Variants.Single().Configuration;
        Assert.AreEqual(AdaMixOptions.Published().Method, published.Method);
        Assert.AreEqual(MixtureOptions.Published, published.Mixture);
        TrialConfiguration lora = MethodVariants.Table(["adamix-published-lora"], Trials.Published).Variants.Single().Configuration;
        Assert.AreEqual((new LoraTuning(), MixtureOptions.Published), ((LoraTuning)lora.Method, lora.Mixture));
    }

    [TestMethod]
    public void A_variant_has_the_options_behind_its_name_and_no_other_has_them()
    {
        StudyTable table = MethodVariants.Table(
            ["full:learning-rate=5e-5:epochs=20", "adapter:consistency=4:supervision=both:bottleneck=8:no-frozen-dropout", "full"],
            Trials.Published);
        TrialConfiguration[] trials = [.. table.Variants.Select(variant => variant.Configuration)];
        Assert.AreEqual((5e-5, 20), (trials[0].Options.LearningRate, trials[0].Options.Epochs));
        Assert.AreEqual(MixtureOptions.None with { ConsistencyWeight = 4, Supervision = SupervisedPasses.Both }, trials[1].Mixture);
        Assert.AreEqual(new AdapterTuning { Bottleneck = 8 }, trials[1].Method);
        Assert.IsFalse(trials[1].Options.FrozenDropout);
        Assert.AreEqual((null, new AdaMixOptions().Epochs), (trials[2].Options.LearningRate, trials[2].Options.Epochs));
        Assert.AreEqual(MixtureOptions.None, trials[2].Mixture);
    }

    [TestMethod]
    [DataRow("full:rate=1", "'full:rate=1' sets 'rate'; expected some of ")]
    [DataRow("full:epochs=0", "'full:epochs=0' sets epochs to '0'; expected a whole number, 1 to 10000.")]
    [DataRow("full:epochs", "sets epochs to ''; expected a whole number")]
    [DataRow("adapter:supervision=all", "sets supervision to 'all'; expected first or both.")]
    [DataRow("full:seed=3", "sets 'seed'")]
    [DataRow(
        "head:contrastive-rounds=1",
        "'head:contrastive-rounds=1': --contrastive-rounds has no effect: the method head tunes nothing that pairs could train.")]
    [DataRow("lora:rank=4:rank=8", "'lora:rank=4:rank=8' sets rank twice; expected it once.")]
    [DataRow("lora:matrices=none", "sets matrices to 'none'; expected some of query, key, value")]
    public void An_option_of_a_variant_that_is_not_there_or_does_not_take_its_value_is_refused(string name, string expected)
    {
        UsageException error = Assert.ThrowsExactly<UsageException>(() => MethodVariants.Table([name], Trials.Published));
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    [DataRow("adamix-full")]
    [DataRow("gpt")]
    [DataRow("lora,lora")]
    [DataRow("")]
    public void Methods_that_cannot_be_compared_are_refused(string list) =>
        Assert.ThrowsExactly<UsageException>(
            () => MethodVariants.Table(list.Split(',', StringSplitOptions.RemoveEmptyEntries), Trials.Published));
}
