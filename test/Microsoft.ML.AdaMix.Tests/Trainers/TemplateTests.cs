using Microsoft.ML.AdaMix.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Tests.Trainers;

/// <summary>Training with a prompt template, from a few rows to a model that was saved and loaded.</summary>
[TestClass]
public sealed class TemplateTests
{
    private const int MaskId = 4;

    private static readonly Verbalizers Words = Verbalizers.From(new Dictionary<string, string>
    {
        ["animal"] = "animals|animal",
        ["food"] = "food|cooking",
    });

    private static AdaMixOptions Options { get; } = Rows.Quick() with
    {
        Epochs = 6,
        BatchSize = 8,
        LogitsColumnName = "Logits",
        Template = new PromptTemplate { Text = "{text} It is about {mask}.", Verbalizers = Words },
    };

    [TestMethod]
    [TestCategory("Slow")]
    public void With_eight_rows_a_class_it_is_right_far_more_often_than_by_chance()
    {
        MLContext ml = new(1);
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(Options with { Epochs = 12 })
            .Fit(Data(ml, "train.tsv", 8));
        Assert.IsGreaterThan(
            0.7, ml.MulticlassClassification.Evaluate(model.Transform(Data(ml, "test.tsv", 20)), scoreColumnName: "Score").MicroAccuracy);
    }

    [TestMethod]
    public void Before_any_step_the_words_alone_tell_the_classes()
    {
        MLContext ml = new(1);
        using AdaMixTransformer model =
            ml.MulticlassClassification.Trainers.AdaMix(Options with { LearningRate = 1e-30, Epochs = 1 }).Fit(Data(ml, "train.tsv", 2));
        Assert.IsGreaterThan(0.6, ml.MulticlassClassification.Evaluate(model.Transform(Data(ml, "test.tsv", 30))).MicroAccuracy);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits_and_words()
    {
        AdaMixOptions options = Options with
        {
            Epochs = 2,
            Template = new PromptTemplate { Demonstrations = 1, AutomaticWords = 3 },
            MaxLength = 96,
        };
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 6);
        using AdaMixTransformer one = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        using AdaMixTransformer other = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        CollectionAssert.AreEqual(Logits(one, data), Logits(other, data));
        TextTemplate template = one.Model.Tuned.Input.Template!;
        CollectionAssert.AreEqual(template.Words, other.Model.Tuned.Input.Template!.Words);
        Assert.HasCount(2, template.Demonstrations!);
    }

    [TestMethod]
    [DataRow("model")]
    [DataRow("delta")]
    [DataRow("mixture")]
    public void A_file_holds_the_template_and_no_more_of_the_vocabulary_than_its_classes(string kind)
    {
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 4);
        AdaMixOptions options = Options with { Template = Options.Template! with { Demonstrations = 1 }, Epochs = 1, MaxLength = 96 };
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(options).FitMixture(data);
        using AdaMixTransformer model = mixture.Merge();
        using MemoryStream stream = new();
        Action save = kind switch
        {
            "model" => () => ml.Model.Save(model, data.Schema, stream),
            "delta" => () => ml.Model.SaveDelta(model, data.Schema, stream, DeltaPrecision.Exact),
            _ => () => mixture.Save(stream),
        };
        save();
        stream.Position = 0;
        using AdaMixTransformer loaded = kind == "mixture"
            ? TrainedMixture.Load(ml, stream, PretrainedEncoder.RobertaMini).Merge()
            : (AdaMixTransformer)ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(Logits(model, data), Logits(loaded, data));
        TunedModel tuned = loaded.Model.Tuned;
        CollectionAssert.AreEqual(new[] { 2, 384 }, tuned.Head.OutputWeight.Shape);
        Assert.AreEqual("{text} It is about {mask}.", tuned.Input.Template!.Text);
        Assert.HasCount(2, tuned.Input.Template.Demonstrations!);
        Assert.IsFalse(tuned.Input.Template.Demonstrations!.Any(demonstration => demonstration.Contains(MaskId)));
    }

    [TestMethod]
    public void Routes_and_ensembles_of_the_experts_read_the_mask_too()
    {
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 4);
        using TrainedMixture mixture = ml.MulticlassClassification.Trainers.AdaMix(Options with { EmbeddingColumnName = "Embedding" })
            .FitMixture(data);
        foreach (AdaMixTransformer model in (AdaMixTransformer[])[
            mixture.Route(1), mixture.Ensemble(2, 1), mixture.RandomRoutes(ExpertRouting.Token, 1)])
        {
            Assert.IsTrue(Logits(model, data).All(float.IsFinite));
            Assert.IsTrue(model.Transform(data).GetColumn<float[]>("Embedding").All(state => state.Length == 384));
        }
    }

    [TestMethod]
    [DataRow("token routing")]
    [DataRow("gradient checkpointing")]
    [DataRow("frozen layers")]
    public void Any_way_of_training_learns_the_rows(string kind) => LearnsTheRows(kind);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("example routing")]
    [DataRow("head")]
    [DataRow("prompt")]
    [DataRow("full")]
    public void Other_routes_and_methods_do_so_too(string kind) => LearnsTheRows(kind);

    private static void LearnsTheRows(string kind)
    {
        AdaMixOptions options = Options with { Epochs = 8, Dropout = 0 };
        options = kind switch
        {
            "token routing" => options with { Mixture = new MixtureOptions { Experts = 2, Routing = ExpertRouting.Token } },
            "example routing" => options with { Mixture = new MixtureOptions { Experts = 2, Routing = ExpertRouting.Example } },
            "gradient checkpointing" => options with { GradientCheckpointing = true },
            "frozen layers" => options with { Method = new AdapterTuning { Layers = 4..^0 }, FrozenDropout = false },
            "head" => options with { Method = new HeadOnlyTuning(), Mixture = null },
            "prompt" => options with { Method = new PromptTuning { Tokens = 3 }, Mixture = null },
            _ => options with { Method = new FullFineTuning(), Mixture = null },
        };
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 6);
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        Assert.IsGreaterThan(0.9, ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
    }

    [TestMethod]
    public void Words_of_several_tokens_have_as_many_masks()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        IDataView data = Data(ml, "train.tsv", 4);
        AdaMixOptions options = Options with
        {
            Epochs = 1,
            Template = Options.Template! with
            {
                Verbalizers = Verbalizers.From(new Dictionary<string, string> { ["animal"] = "wild animals", ["food"] = "food" }),
            },
        };
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        Assert.AreEqual(2, model.Model.Tuned.Input.Template!.Masks);
        Assert.IsTrue(said.Exists(line => line.Contains(
            "2 masks in place of one, because 'wild animals' has 2 tokens", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new[] { 2, 768 }, model.Model.Tuned.Head.OutputWeight.Shape);
        Assert.IsTrue(Logits(model, data).All(float.IsFinite));
    }

    [TestMethod]
    public void Binary_classes_are_called_true_and_false()
    {
        MLContext ml = new(1);
        IDataView data = ml.Transforms.CustomMapping<Row, Truth>((row, truth) => truth.IsFood = row.Label == "food", null)
            .Fit(Raw(ml, 4)).Transform(Raw(ml, 4));
        AdaMixOptions options = Options with
        {
            LabelColumnName = nameof(Truth.IsFood),
            Epochs = 1,
            Template = Options.Template! with
            {
                Verbalizers = Verbalizers.From(new Dictionary<string, string> { ["true"] = "food", ["false"] = "animals" }),
            },
        };
        using AdaMixTransformer model = ml.BinaryClassification.Trainers.AdaMix(options).Fit(data);
        CollectionAssert.AreEqual(new[] { "animals", "food" }, model.Model.Tuned.Input.Template!.Words);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_training_goes_on_from_its_checkpoint_bit_for_bit()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 6);
        AdaMixOptions options = Options with
        {
            Epochs = 2,
            Template = new PromptTemplate { Demonstrations = 1 },
            MaxLength = 96,
        };
        using AdaMixTransformer expected = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        CheckpointOptions checkpoints = new() { Folder = folder.Path, Steps = 1, Keep = 10 };
        using AdaMixTransformer first =
            ml.MulticlassClassification.Trainers.AdaMix(options with { Checkpoints = checkpoints }).Fit(data);
        string[] written = [.. Directory.GetFiles(folder.Path, "*.safetensors").Order(StringComparer.Ordinal)];
        Array.ForEach(written[2..], File.Delete);
        using AdaMixTransformer resumed =
            ml.MulticlassClassification.Trainers.AdaMix(options with { Checkpoints = checkpoints }).Fit(data);
        CollectionAssert.AreEqual(Logits(expected, data), Logits(resumed, data));
    }

    [TestMethod]
    public void A_checkpoint_with_other_words_names_the_words_and_not_the_rows()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 2);
        AdaMixOptions options = Options with { Epochs = 1, Checkpoints = new CheckpointOptions { Folder = folder.Path, Steps = 1 } };
        using AdaMixTransformer first = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(data);
        Verbalizers others = Verbalizers.From(new Dictionary<string, string> { ["animal"] = "wild animals", ["food"] = "food|cooking" });
        string Refused(PromptTemplate? template) => Assert.ThrowsExactly<InvalidOperationException>(
            () => ml.MulticlassClassification.Trainers.AdaMix(options with { Template = template }).Fit(data)).Message;
        string words = Refused(options.Template! with { Verbalizers = others });
        StringAssert.Contains(
            words, "Template.Verbalizers has 'animals|animal' there and 'wild animals' now.", StringComparison.Ordinal);
        StringAssert.Contains(
            Refused(null), "Template is '{text} It is about {mask}.' there and none now.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Weights_of_a_model_with_the_template_go_on_and_without_it_the_head_is_new()
    {
        using TemporaryFolder folder = new();
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        IDataView data = Data(ml, "train.tsv", 4);
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(Options with { Epochs = 2 }).Fit(data);
        ml.Model.Save(model, data.Schema, folder.At("model.zip"));
        AdaMixOptions still = Options with { StartFrom = folder.At("model.zip"), Epochs = 1, LearningRate = 1e-30, WeightDecay = 0 };
        using AdaMixTransformer started = ml.MulticlassClassification.Trainers.AdaMix(still).Fit(data);
        Golden.AssertClose(Logits(model, data), Logits(started, data), 1e-4, "logits");
        using AdaMixTransformer other = ml.MulticlassClassification.Trainers.AdaMix(still with { Template = null }).Fit(data);
        Assert.IsTrue(said.Exists(line => line.Contains("its head is new", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Int8_serves_it_with_nearly_the_same_scores()
    {
        MLContext ml = new(1);
        IDataView data = Data(ml, "train.tsv", 4);
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(Options).Fit(data);
        using AdaMixTransformer int8 = model.WithServingPrecision(ServingPrecision.Int8);
        Golden.AssertClose(Logits(model, data), Logits(int8, data), 0.5, "logits");
    }

    [TestMethod]
    [DataRow("regression")]
    [DataRow("multi-label")]
    [DataRow("pair without a place")]
    [DataRow("place without a pair")]
    [DataRow("no template")]
    public void What_cannot_be_is_said_before_any_work(string kind)
    {
        MLContext ml = new(1);
        AdaMixOptions options = Options;
        Func<object> create = kind switch
        {
            "regression" => () => ml.Regression.Trainers.AdaMix(options),
            "multi-label" => () => ml.MultiLabelClassification.Trainers.AdaMix(options),
            "pair without a place" => () => ml.MulticlassClassification.Trainers.AdaMix(options with { SecondTextColumnName = "Text2" }),
            "place without a pair" => () => ml.MulticlassClassification.Trainers.AdaMix(
                options with { Template = options.Template! with { Text = "{text} ? {mask} , {pair}" } }),
            _ => () => ml.MulticlassClassification.Trainers.AdaMix(
                options with { Template = options.Template! with { Text = "It was {mask}." } }),
        };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(create);
        StringAssert.Contains(error.Message, "Template", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("animal=animals", "has no word for 'food'")]
    [DataRow("animal=animals,food=food,plant=plants", "names 'plant'")]
    [DataRow("animal=animals,food=", "expected a word")]
    [DataRow("animal=it,food=it", "stands for the classes")]
    public void Words_that_do_not_fit_the_classes_are_told(string words, string expected)
    {
        MLContext ml = new(1);
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() =>
        {
            Dictionary<string, string> given =
                words.Split(',').Select(word => word.Split('=')).ToDictionary(word => word[0], word => word[1]);
            AdaMixOptions options = Options with { Template = Options.Template! with { Verbalizers = Verbalizers.From(given) } };
            ml.MulticlassClassification.Trainers.AdaMix(options).Fit(Data(ml, "train.tsv", 2));
        });
        StringAssert.Contains(error.Message, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_maximum_length_without_room_for_a_text_names_the_one_to_take()
    {
        MLContext ml = new(1);
        AdaMixOptions options = Options with { Template = Options.Template! with { Demonstrations = 4 } };
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => ml.MulticlassClassification.Trainers.AdaMix(options).Fit(Data(ml, "train.tsv", 2)));
        StringAssert.Contains(error.Message, "raise MaxLength to", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Demonstrations_share_the_length_as_many_as_there_are_and_fewer_than_asked_are_said()
    {
        MLContext ml = new(1);
        List<string> said = [];
        ml.Log += (_, entry) => said.Add(entry.Message);
        AdaMixOptions options = Options with { Template = Options.Template! with { Demonstrations = 16 }, Epochs = 1, MaxLength = 200 };
        using AdaMixTransformer model = ml.MulticlassClassification.Trainers.AdaMix(options).Fit(Data(ml, "train.tsv", 2));
        Assert.HasCount(4, model.Model.Tuned.Input.Template!.Demonstrations!);
        Assert.IsTrue(said.Exists(line => line.Contains(
            "Template.Demonstrations is 16, and class 'animal' has 2 training rows, and 1 other class too few", StringComparison.Ordinal)));
        Assert.IsFalse(said.Exists(line => line.Contains("are cut", StringComparison.Ordinal)), string.Join('\n', said));
    }

    private static IDataView Raw(MLContext ml, int perClass, string file = "train.tsv") =>
        ml.Data.LoadFromEnumerable((Row[])[.. Rows.Topics(file, perClass, "animal"), .. Rows.Topics(file, perClass, "food")]);

    private static IDataView Data(MLContext ml, string file, int perClass)
    {
        IDataView rows = Raw(ml, perClass, file);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private static float[] Logits(AdaMixTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Logits").SelectMany(logits => logits)];

    private sealed class Truth
    {
        public bool IsFood { get; set; }
    }
}
